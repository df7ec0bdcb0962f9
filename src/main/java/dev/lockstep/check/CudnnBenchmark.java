package dev.lockstep.check;

import dev.lockstep.source.Expression;
import java.util.Set;

/// LS302: cuDNN chooses its algorithms by timing them.
final class CudnnBenchmark implements Rule {
    private static final Set<String> TRAINERS =
            Set.of("pytorch_lightning.Trainer", "pytorch_lightning.trainer.Trainer");

    @Override
    public String hazard() {
        return "LS302";
    }

    @Override
    public Set<String> words() {
        return Set.of("benchmark");
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        for (Switches.Switch one : Switches.of(unit)) {
            if (one.name().equals("torch.backends.cudnn.benchmark")
                    && FactFinder.isTrue(one.value())
                    && !Switches.isDeclined(unit, one.statement())) {
                report(unit, one.statement(), one.value(), report);
            }
        }
        for (Unit.Named named : unit.named()) {
            Expression benchmark = named.call().keyword("benchmark");
            if (TRAINERS.contains(named.name())
                    && benchmark != null
                    && FactFinder.isTrue(benchmark)) {
                report(unit, benchmark, benchmark, report);
            }
        }
    }

    private static void report(
            Unit unit, dev.lockstep.source.Node at, Expression value, Reporter report) {
        report.report(
                Severity.ERROR,
                at,
                "cuDNN times its algorithms in each run and keeps the fastest, so near-ties give"
                        + " other bits; switch it off",
                Fix.unsafe("switch it off", Fixes.replace(unit.source(), value, "False")));
    }
}
