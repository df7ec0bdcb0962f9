package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Call;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// LS304: deterministic algorithms are asked for on CUDA and nothing sets cuBLAS's workspace.
///
/// Torch from 2.11 on computes the same products without it. Where the version is not known, it may
/// be an older one.
///
/// Lightning's `Trainer(deterministic=True)` sets it (`_set_torch_flags` of its accelerator
/// connector).
final class CublasWorkspace implements Rule {
    private static final String ERROR = "end in an error";

    @Override
    public String hazard() {
        return "LS304";
    }

    @Override
    public Set<String> words() {
        return Set.of("use_deterministic_algorithms", "set_deterministic");
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        if (!programs.ever(Fact.CUDA)
                || programs.ever(Fact.CUBLAS)
                || !asksForWorkspace(programs.torch())) {
            return;
        }
        for (Unit.Named named : unit.named()) {
            Call call = named.call();
            boolean asks =
                    (named.name().equals("torch.use_deterministic_algorithms")
                                    || named.name().equals("torch.set_deterministic"))
                            && FactFinder.isTrue(call.argument(0, "mode"));
            if (asks) {
                boolean warns = FactFinder.isTrue(call.keyword("warn_only"));
                report(call, warns ? "stay as they are, with a warning" : ERROR, report);
            }
        }
    }

    private static boolean asksForWorkspace(@Nullable TorchVersion torch) {
        return torch == null || torch.before(2, 11);
    }

    private static void report(Expression at, String outcome, Reporter report) {
        report.report(
                Severity.WARNING,
                at,
                "asks for deterministic algorithms on CUDA while CUBLAS_WORKSPACE_CONFIG is not set:"
                        + " matrix products then "
                        + outcome
                        + "; set it where the program is started",
                Fix.display(
                        "start it with CUBLAS_WORKSPACE_CONFIG=:4096:8, or set that before CUDA is used"));
    }
}
