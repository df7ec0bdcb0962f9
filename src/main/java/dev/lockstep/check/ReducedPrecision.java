package dev.lockstep.check;

import dev.lockstep.source.Symbol;
import java.util.Map;
import java.util.Set;

/// LS305: products are computed in TF32, which not every GPU has.
///
/// They repeat on the same card, which the message says.
final class ReducedPrecision implements Rule {
    private static final String CONVOLUTIONS = "convolutions";

    private static final String REPEAT =
            " repeat on the same GPU model; another one gives other bits";

    private static final Map<String, String> SWITCHES =
            Map.of(
                    "torch.backends.cuda.matmul.allow_tf32",
                    "matrix products",
                    "torch.backends.cudnn.allow_tf32",
                    CONVOLUTIONS);

    private static final Set<String> PRECISIONS =
            Set.of(
                    "torch.backends.fp32_precision",
                    "torch.backends.cuda.matmul.fp32_precision",
                    "torch.backends.cudnn.fp32_precision",
                    "torch.backends.cudnn.conv.fp32_precision",
                    "torch.backends.cudnn.rnn.fp32_precision");

    @Override
    public String hazard() {
        return "LS305";
    }

    @Override
    public Set<String> words() {
        return Set.of("allow_tf32", "set_float32_matmul_precision", "fp32_precision", "tf32");
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        if (Asides.isTiming(unit.path())) {
            return;
        }
        for (Switches.Switch one : Switches.of(unit)) {
            String what = SWITCHES.get(one.name());
            if (what != null
                    && FactFinder.isTrue(one.value())
                    && !(what.equals(CONVOLUTIONS) && isWithoutConvolutions(unit, programs))) {
                report.report(
                        Severity.WARNING,
                        one.statement(),
                        what + " in TF32" + REPEAT,
                        Fix.unsafe(
                                "switch it off",
                                Fixes.replace(unit.source(), one.value(), "False")));
            }
            if (PRECISIONS.contains(one.name()) && "tf32".equals(Switches.text(one.value()))) {
                report.report(
                        Severity.WARNING,
                        one.statement(),
                        "products in TF32" + REPEAT,
                        Fix.unsafe(
                                "compute in full precision",
                                Fixes.replace(unit.source(), one.value(), "\"ieee\"")));
            }
        }
        for (Unit.Named named : unit.named()) {
            var tf32 = named.call().keyword("tf32");
            if (tf32 != null
                    && FactFinder.isTrue(tf32)
                    && named.name().startsWith("transformers.")) {
                report.report(
                        Severity.WARNING,
                        tf32,
                        "matrix products in TF32" + REPEAT,
                        Fix.unsafe("switch it off", Fixes.replace(unit.source(), tf32, "False")));
            }
            if (named.name().equals("torch.set_float32_matmul_precision")) {
                var value = named.call().argument(0, "precision");
                String text = Switches.text(value);
                if (value != null && ("high".equals(text) || "medium".equals(text))) {
                    report.report(
                            Severity.WARNING,
                            named.call(),
                            "matrix products in reduced precision" + REPEAT,
                            Fix.unsafe(
                                    "compute in full precision",
                                    Fixes.replace(unit.source(), value, "\"highest\"")));
                }
            }
        }
    }

    /// Whether a file makes a model of the project, and its programs have no layer that the switch
    /// of convolutions, which is on anyway, says anything about.
    private static boolean isWithoutConvolutions(Unit unit, Programs programs) {
        return !programs.ever(Fact.CONVOLUTIONS)
                && unit.calls().stream()
                        .anyMatch(call ->
                                unit.module().symbol(call.function()) instanceof Symbol.Class model
                                        && model.module()
                                                .project()
                                                .isKindOf(model, "torch.nn.Module"));
    }
}
