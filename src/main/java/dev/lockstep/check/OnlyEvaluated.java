package dev.lockstep.check;

import dev.lockstep.source.Node;
import dev.lockstep.source.Statement.ClassDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Models that a project makes only to predict: each function that makes one loads saved weights
/// into it and switches it to evaluation, or makes it as a part of such a one.
///
/// Whether anything trains is to be asked before.
final class OnlyEvaluated {
    private static final int MOST = 4;

    private OnlyEvaluated() {}

    static boolean is(Unit unit, @Nullable ClassDefinition model) {
        return model != null && is(unit, model, 0);
    }

    private static boolean is(Unit unit, ClassDefinition model, int depth) {
        List<NamedAlike.Site> makers = depth > MOST ? List.of() : NamedAlike.makers(unit, model);
        return !makers.isEmpty()
                && !NamedAlike.isRenamed(unit, model.name())
                && makers.stream()
                        .allMatch(site ->
                                isSwitched(site)
                                        || site.unit().classAround(site.call())
                                                        instanceof ClassDefinition whole
                                                && whole != model
                                                && is(site.unit(), whole, depth + 1));
    }

    /// Whether the function around a call loads weights and switches to evaluation.
    private static boolean isSwitched(NamedAlike.Site site) {
        Node function = site.unit().function(site.call());
        return function != null
                && calls(site.unit(), function, "load_state_dict")
                && calls(site.unit(), function, "eval");
    }

    private static boolean calls(Unit unit, Node function, String name) {
        return unit.calls().stream()
                .anyMatch(call -> OrderFlow.isCall(call, name) && unit.function(call) == function);
    }
}
