package dev.lockstep.check;

import dev.lockstep.source.Decorator;
import dev.lockstep.source.DictItem;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.Set;

/// LS308: compiled kernels are chosen by timing them.
final class CompileAutotune implements Rule {
    private static final Set<String> MODES = Set.of("max-autotune", "max-autotune-no-cudagraphs");

    private static final Set<String> OPTIONS =
            Set.of(
                    "max_autotune",
                    "max_autotune_gemm",
                    "max_autotune_pointwise",
                    "coordinate_descent_tuning");

    @Override
    public String hazard() {
        return "LS308";
    }

    @Override
    public Set<String> words() {
        return Set.of(
                "compile",
                "max_autotune",
                "max_autotune_gemm",
                "max_autotune_pointwise",
                "coordinate_descent_tuning");
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        for (Call call : unit.calls()) {
            Expression mode = call.keyword("mode");
            Expression options = call.keyword("options");
            if (mode == null && options == null) {
                continue;
            }
            boolean compile =
                    (OrderFlow.shortName(call).equals("compile")
                                    || "torch.compile".equals(unit.name(call.function())))
                            && !decoratesExact(unit, call);
            if (compile
                    && mode != null
                    && Switches.text(mode) instanceof String text
                    && MODES.contains(text)) {
                report(
                        mode,
                        Fix.unsafe(
                                "compile without timing",
                                Fixes.replace(unit.source(), mode, "\"default\"")),
                        report);
            }
            if (compile && options instanceof Expression.DictDisplay switches) {
                for (DictItem item : switches.items()) {
                    if (Switches.text(item.key()) instanceof String key
                            && OPTIONS.contains(key)
                            && FactFinder.isTrue(item.value())) {
                        report(
                                item.value(),
                                Fix.unsafe(
                                        "switch it off",
                                        Fixes.replace(unit.source(), item.value(), "False")),
                                report);
                    }
                }
            }
        }
        for (Switches.Switch one : Switches.of(unit)) {
            String last = one.name().substring(one.name().lastIndexOf('.') + 1);
            if (one.name().startsWith("torch._inductor.config.")
                    && OPTIONS.contains(last)
                    && FactFinder.isTrue(one.value())) {
                report(
                        one.statement(),
                        Fix.unsafe(
                                "switch it off",
                                Fixes.replace(unit.source(), one.value(), "False")),
                        report);
            }
        }
    }

    /// Whether a call decorates a function that no kernel computes otherwise.
    private static boolean decoratesExact(Unit unit, Call call) {
        return unit.parent(call) instanceof Decorator decorator
                && unit.parent(decorator) instanceof FunctionDefinition function
                && ExactCode.is(unit.module(), function);
    }

    private static void report(dev.lockstep.source.Node at, Fix fix, Reporter report) {
        report.report(
                Severity.ERROR,
                at,
                "kernels are chosen by timing them, and another winner rounds in another order",
                fix);
    }
}
