package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Constant;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.NumberLiteral;
import dev.lockstep.source.Node;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The seed that can be named at a call: a parameter around it, `args.seed`, a constant of the
/// module.
final class SeedInScope {
    private SeedInScope() {}

    /// How to write it, `0` when there is none.
    static String at(Unit unit, Call call) {
        String parameter = parameter(unit, call);
        if (parameter != null) {
            return parameter;
        }
        String attribute = attribute(unit, call);
        if (attribute != null) {
            return attribute;
        }
        String constant = constant(unit, call);
        return constant == null ? "0" : constant;
    }

    private static boolean isSeed(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("seed")
                || lower.equals("random_state")
                || lower.equals("random_seed")
                || lower.equals("manual_seed");
    }

    private static @Nullable String parameter(Unit unit, Call call) {
        for (Node at = unit.function(call); at != null; at = unit.function(at)) {
            if (at instanceof FunctionDefinition function) {
                for (Parameter parameter : function.parameters()) {
                    boolean none =
                            parameter.fallback() instanceof Constant c
                                    && c.kind() == Constant.Kind.NONE;
                    if (isSeed(parameter.name()) && !none) {
                        return parameter.name();
                    }
                }
            }
        }
        return null;
    }

    /// `args.seed`, when it is read before the call under a name that the call sees too.
    private static @Nullable String attribute(Unit unit, Call call) {
        String[] found = {null};
        unit.tree()
                .walk(node -> {
                    if (found[0] == null
                            && node instanceof Attribute a
                            && a.end() <= call.start()
                            && isSeed(a.name())
                            && a.value() instanceof Name owner
                            && !(unit.parent(a) instanceof Call made && made.function() == a)
                            && isObject(unit, owner)
                            && unit.declaring(owner) != null
                            && unit.declaring(owner)
                                    == unit.module().scopeAt(call.start()).declaring(owner.id())) {
                        found[0] = owner.id() + "." + a.name();
                    }
                });
        return found[0];
    }

    /// Whether a name holds something that was made here, rather than a module.
    private static boolean isObject(Unit unit, Name name) {
        String of = unit.name(name);
        return of == null || of.endsWith("()");
    }

    /// `SEED = 1` of the module, above the call.
    private static @Nullable String constant(Unit unit, Call call) {
        for (Statement statement : unit.tree().body()) {
            if (statement instanceof Statement.Assign assign
                    && assign.end() <= call.start()
                    && assign.targets().getFirst() instanceof Name name
                    && isSeed(name.id())
                    && isWhole(assign.value())
                    && unit.module().scopeAt(call.start()).declaring(name.id())
                            == unit.declaring(name)) {
                return name.id();
            }
        }
        return null;
    }

    private static boolean isWhole(Expression value) {
        return value instanceof NumberLiteral number && number.isWhole();
    }
}
