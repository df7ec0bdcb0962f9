package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Node;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Small questions about code that several rules ask.
final class Shapes {
    private static final Set<String> MACHINE =
            Set.of(
                    "os.cpu_count",
                    "multiprocessing.cpu_count",
                    "os.process_cpu_count",
                    "torch.multiprocessing.cpu_count",
                    "psutil.cpu_count",
                    "joblib.cpu_count",
                    "os.sched_getaffinity",
                    "multiprocessing.pool.cpu_count");

    private Shapes() {}

    /// Gives the call that asks the machine for its number of processors, if a value depends on
    /// one.
    static @Nullable Call processorCount(Unit unit, @Nullable Expression value) {
        return processorCount(unit, value, 0);
    }

    private static @Nullable Call processorCount(Unit unit, @Nullable Expression value, int depth) {
        if (value == null || depth > 5) {
            return null;
        }
        Call[] found = {null};
        value.walk(node -> {
            if (node instanceof Call call && found[0] == null) {
                String name = unit.name(call.function());
                if (name != null && MACHINE.contains(name)) {
                    found[0] = call;
                }
            }
        });
        if (found[0] == null && value instanceof Name name) {
            Expression bound = unit.value(name);
            return bound == name ? null : processorCount(unit, bound, depth + 1);
        }
        return found[0];
    }

    /// Tells whether a function computes gradients: it or its loops call `backward`.
    static boolean trains(Node scope) {
        boolean[] found = {false};
        scope.walk(node ->
                found[0] |=
                        node instanceof Attribute attribute && attribute.name().equals("backward"));
        return found[0];
    }

    /// The innermost `with torch.no_grad():` (or `inference_mode`) around a node inside its
    /// function, or the function itself when it is decorated so, or null.
    static @Nullable Node gradientsOff(Unit unit, Node node) {
        for (Node at = unit.parent(node); at != null; at = unit.parent(at)) {
            if (at instanceof Statement.With with
                    && with.items().stream()
                            .anyMatch(item -> isGradientsOff(unit, item.context()))) {
                return with;
            }
            if (at instanceof FunctionDefinition function) {
                return function.decorators().stream()
                                .anyMatch(decorator -> isGradientsOff(unit, decorator.expression()))
                        ? function
                        : null;
            }
        }
        return null;
    }

    static boolean isGradientsOff(Unit unit, Expression expression) {
        Expression of = expression instanceof Call call ? call.function() : expression;
        String name = unit.name(of);
        return name != null
                && (name.equals("torch.no_grad")
                        || name.equals("torch.inference_mode")
                        || name.equals("torch.autograd.no_grad"));
    }

    /// The innermost loop around a node inside its function, or null.
    static @Nullable Node loopAround(Unit unit, Node node) {
        for (Node at = unit.parent(node); at != null; at = unit.parent(at)) {
            if (at instanceof Statement.For || at instanceof Statement.While) {
                return at;
            }
            if (at instanceof FunctionDefinition) {
                return null;
            }
        }
        return null;
    }

    /// The name under which a file can speak of a module, `np` for `numpy`, or null.
    static @Nullable String boundTo(Unit unit, String module) {
        for (Statement statement : unit.statements()) {
            if (statement instanceof Statement.Import imported) {
                for (var alias : imported.names()) {
                    if (alias.name().equals(module)) {
                        return alias.as() == null ? alias.name() : alias.as();
                    }
                    if (alias.as() == null && alias.name().startsWith(module + ".")) {
                        return module;
                    }
                }
            }
        }
        return null;
    }
}
