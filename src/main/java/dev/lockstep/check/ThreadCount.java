package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.NumberLiteral;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.ClassDefinition;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

    /// How many processors nearly every machine has.
    private static final Pattern SMALL = Pattern.compile("[1-4]");

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
            if (SETTERS.contains(named.name()) && isOfMachine(unit, call.argument(0))) {
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
                    && isOfMachine(unit, assign.value())) {
                fromMachine(assign, report);
            }
        }
    }

    /// Whether a number is that of the machine's processors, or one that most machines fall short
    /// of.
    private static boolean isOfMachine(Unit unit, @Nullable Expression number) {
        Call asked = Shapes.processorCount(unit, number);
        return asked != null && !(unit.parent(asked) instanceof Call least && isSmall(unit, least));
    }

    /// `min(os.cpu_count(), 4)`: the smaller one is the same wherever there are that many.
    private static boolean isSmall(Unit unit, Call least) {
        return unit.isBuiltin(least.function(), "min")
                && least.arguments().stream()
                        .anyMatch(limit ->
                                number(unit, limit) instanceof NumberLiteral written
                                        && SMALL.matcher(written.digits()).matches());
    }

    /// What a limit is: written here, a name for it, or an attribute called like a parameter of the
    /// class that has it as default.
    private static @Nullable Expression number(Unit unit, Expression limit) {
        return switch (limit) {
            case Name name -> unit.value(name);
            case Attribute part
                    when part.value() instanceof Name self
                            && self.id().equals("self")
                            && unit.classAround(limit) instanceof ClassDefinition owner ->
                    owner.body().stream()
                            .filter(FunctionDefinition.class::isInstance)
                            .map(FunctionDefinition.class::cast)
                            .filter(function -> function.name().equals("__init__"))
                            .flatMap(init -> init.parameters().stream())
                            .filter(parameter -> parameter.name().equals(part.name()))
                            .findFirst()
                            .map(Parameter::fallback)
                            .orElse(null);
            default -> limit;
        };
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
