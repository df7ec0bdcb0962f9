package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Statement;
import java.util.Set;

/// LS307: the number of threads is taken from the machine.
final class ThreadCount implements Rule {
    private static final Set<String> SETTERS =
            Set.of(
                    "torch.set_num_threads",
                    "torch.set_num_interop_threads",
                    "numexpr.set_num_threads");

    private static final Set<String> VARIABLES =
            Set.of(
                    "OMP_NUM_THREADS",
                    "MKL_NUM_THREADS",
                    "OPENBLAS_NUM_THREADS",
                    "NUMEXPR_NUM_THREADS");

    /// Estimators whose parallel sums are in the order in which threads finish.
    private static final Set<String> RACING =
            Set.of(
                    "sklearn.cluster.KMeans",
                    "sklearn.cluster.MiniBatchKMeans",
                    "sklearn.cluster.k_means");

    @Override
    public String hazard() {
        return "LS307";
    }

    @Override
    public Set<String> words() {
        return Set.of(
                "set_num_threads",
                "set_num_interop_threads",
                "OMP_NUM_THREADS",
                "MKL_NUM_THREADS",
                "OPENBLAS_NUM_THREADS",
                "NUMEXPR_NUM_THREADS",
                "KMeans",
                "MiniBatchKMeans",
                "k_means");
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        for (Unit.Named named : unit.named()) {
            Call call = named.call();
            if (SETTERS.contains(named.name())
                    && Shapes.processorCount(unit, call.argument(0)) != null) {
                fromMachine(call, report);
            }
            if (RACING.contains(named.name())) {
                report.report(
                        Severity.NOTE,
                        call,
                        "with more than two threads k-means adds up in the order in which threads"
                                + " finish, whatever random_state is",
                        Fix.display(
                                "limit the threads: OMP_NUM_THREADS=1 or threadpoolctl.threadpool_limits(1)"));
            }
        }
        for (Statement statement : unit.statements()) {
            if (statement instanceof Statement.Assign assign
                    && assign.targets().getFirst() instanceof Expression.Subscript subscript
                    && "os.environ".equals(unit.name(subscript.value()))
                    && Switches.text(subscript.index()) instanceof String variable
                    && VARIABLES.contains(variable)
                    && Shapes.processorCount(unit, assign.value()) != null) {
                fromMachine(assign, report);
            }
        }
    }

    private static void fromMachine(dev.lockstep.source.Node at, Reporter report) {
        report.report(
                Severity.WARNING,
                at,
                "the number of threads is that of the machine's processors, and sums are rounded in"
                        + " another order with another number; write it down",
                Fix.display("write the number down"));
    }
}
