package dev.lockstep.check;

import dev.lockstep.source.Branch;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Scope;
import dev.lockstep.source.Source;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Takes a function or a module, tells which of the models that it makes get other weights further
/// down on every way: their first ones reach no result.
final class Overwritten {
    /// Weights that are loaded on every way through a block.
    ///
    /// @param model as it is written
    /// @param at where the last of them are
    private record Load(String model, int start, int end, int at) {}

    private final Source source;
    private final List<Load> loads = new ArrayList<>();

    private Overwritten(Source source) {
        this.source = source;
    }

    static Overwritten in(Scope scope) {
        var found = new Overwritten(scope.module().source());
        if (scope.kind() == Scope.Kind.MODULE) {
            found.block(scope.module().tree().body());
        } else if (scope.node() instanceof FunctionDefinition f) {
            found.block(f.body());
        }
        return found;
    }

    /// Whether what a statement makes is loaded after it.
    boolean holds(Statement.Assign made) {
        if (loads.isEmpty()) {
            return false;
        }
        String model = source.slice(made.targets().getFirst());
        return loads.stream()
                .anyMatch(load ->
                        load.start() <= made.start()
                                && made.start() < load.at()
                                && made.end() <= load.end()
                                && load.model().equals(model));
    }

    /// What is loaded on every way through a block, and where.
    private Map<String, Integer> block(List<Statement> body) {
        var here = new HashMap<String, Integer>();
        for (Statement statement : body) {
            switch (statement) {
                case Statement.ExpressionStatement s -> load(s.expression(), here);
                case Statement.Assign s -> load(s.value(), here);
                case Statement.If s -> here.putAll(choice(s));
                case Statement.With s -> here.putAll(block(s.body()));
                case Statement.Try s -> here.putAll(block(s.body()));
                case Statement.For s -> block(s.body());
                case Statement.While s -> block(s.body());
                default -> {}
            }
        }
        if (!here.isEmpty()) {
            int start = body.getFirst().start();
            int end = body.getLast().end();
            here.forEach((model, at) -> loads.add(new Load(model, start, end, at)));
        }
        return here;
    }

    private Map<String, Integer> choice(Statement.If s) {
        Map<String, Integer> all = block(s.otherwise());
        for (Branch branch : s.branches()) {
            Map<String, Integer> one = block(branch.body());
            all.keySet().retainAll(one.keySet());
        }
        return all;
    }

    private void load(@Nullable Expression value, Map<String, Integer> into) {
        if (value instanceof Call call
                && call.function() instanceof Attribute method
                && method.name().equals("load_state_dict")) {
            into.put(source.slice(method.value()), call.start());
        }
    }
}
