package dev.lockstep.check;

import dev.lockstep.source.Branch;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Constant;
import dev.lockstep.source.Scope;
import dev.lockstep.source.Source;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes a function or a module, tells which of the models and layers that it makes get other
/// weights further down on every way: their first ones reach no result.
final class Overwritten {
    /// Weights that are loaded on every way through a block.
    ///
    /// @param model as it is written
    /// @param at where the last of them are
    private record Load(String model, int start, int end, int at) {}

    /// Methods of a tensor that set all of its numbers.
    private static final Set<String> FILLS =
            Set.of("copy_", "fill_", "zero_", "uniform_", "normal_", "set_");

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

    /// Whether what a statement makes is loaded after it, or each parameter of a layer set.
    boolean holds(Statement.Assign made) {
        if (loads.isEmpty() || !(made.value() instanceof Call call)) {
            return false;
        }
        String model = source.slice(made.targets().getFirst());
        return isSet(made, model)
                || isSet(made, model + ".weight")
                        && (isWithoutBias(call) || isSet(made, model + ".bias"));
    }

    private static boolean isWithoutBias(Call layer) {
        return layer.keyword("bias") instanceof Constant bias && bias.kind() == Constant.Kind.FALSE
                || layer.function() instanceof Attribute kind && kind.name().equals("Embedding");
    }

    private boolean isSet(Statement.Assign made, String model) {
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
                case Statement.Assign s -> {
                    load(s.value(), here);
                    s.targets().forEach(target -> parameter(target, s.start(), here));
                }
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
        if (!(value instanceof Call call) || !(call.function() instanceof Attribute method)) {
            return;
        }
        if (method.name().equals("load_state_dict")) {
            into.put(source.slice(method.value()), call.start());
        } else if (FILLS.contains(method.name())) {
            parameter(method.value(), call.start(), into);
        } else if (call.argument(0) != null
                && method.name().endsWith("_")
                && source.slice(method.value()).endsWith("init")) {
            parameter(call.arguments().getFirst(), call.start(), into); // nn.init.zeros_(…)
        }
    }

    /// `layer.weight` or `layer.weight.data`, of which each number is set.
    private void parameter(Expression target, int at, Map<String, Integer> into) {
        Expression whole =
                target instanceof Attribute data && data.name().equals("data")
                        ? data.value()
                        : target;
        if (whole instanceof Attribute parameter
                && (parameter.name().equals("weight") || parameter.name().equals("bias"))) {
            into.put(source.slice(whole), at);
        }
    }
}
