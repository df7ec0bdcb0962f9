package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.Node;
import dev.lockstep.source.Parameter;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// LS301: convolutions or recurrent layers run on CUDA and cuDNN is not told to be deterministic.
final class CudnnNondeterministic implements Rule {
    private static final Pattern TRAINING =
            Pattern.compile(
                    "(?<!pre)train|fit|backward|learn|optimi[sz]er", Pattern.CASE_INSENSITIVE);

    @Override
    public String hazard() {
        return "LS301";
    }

    @Override
    public Set<String> words() {
        return Set.of("cuda", "deterministic", "Trainer");
    }

    @Override
    public boolean followsPrograms() {
        return true;
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        for (Switches.Switch one : Switches.of(unit)) {
            if (one.name().equals("torch.backends.cudnn.deterministic")
                    && FactFinder.isFalse(one.value())
                    && !Switches.isDeclined(unit, one.statement())) {
                report.report(
                        Severity.WARNING,
                        one.statement(),
                        "lets cuDNN use algorithms that add in a varying order; set it to True",
                        Fix.unsafe("set it", Fixes.replace(unit.source(), one.value(), "True")));
                return;
            }
        }
        if (!programs.ever(Fact.CUDA)
                || !programs.ever(Fact.CONVOLUTIONS)
                || !programs.ever(Fact.TRAINS) && !isFitted(unit)
                || programs.always(Fact.CUDNN_DETERMINISTIC)
                || programs.always(Fact.DETERMINISTIC)
                || !programs.seeding().mayConvolve(unit.path())
                || !Entry.isEntry(unit)
                || !trains(unit)) {
            return;
        }
        Node place = firstCuda(unit);
        if (place != null) {
            report.report(
                    Severity.WARNING,
                    place,
                    "trains convolutions or recurrent layers on CUDA with cuDNN's nondeterministic"
                            + " algorithms allowed; call torch.use_deterministic_algorithms(True)",
                    Fix.display(
                            "torch.use_deterministic_algorithms(True) before the model is built"));
            return;
        }
        unit.named().stream()
                .filter(named -> isTrainer(named) && isOnCuda(named.call()))
                .findFirst()
                .ifPresent(named -> trainer(unit, named.call(), report));
    }

    /// Lightning's trainer, which leaves cuDNN as it is unless it is told to be deterministic.
    private static void trainer(Unit unit, Call call, Reporter report) {
        report.report(
                Severity.WARNING,
                call,
                "trains convolutions or recurrent layers on CUDA with cuDNN's nondeterministic"
                        + " algorithms allowed; pass deterministic=True",
                Fix.unsafe(
                        "pass deterministic=True",
                        Fixes.addArgument(unit.source(), call, "deterministic=True")));
    }

    private static boolean isTrainer(Unit.Named named) {
        return named.name().equals("pytorch_lightning.Trainer");
    }

    /// Whether a trainer is told to use the GPU, and nothing about determinism, as far as its call
    /// shows.
    private static boolean isOnCuda(Call trainer) {
        return !trainer.isOpen()
                && trainer.keyword("deterministic") == null
                && trainer.keyword("accelerator") instanceof StringLiteral device
                && (device.value().equals("gpu") || device.value().equals("cuda"));
    }

    /// Whether a trainer of Lightning's is made and something fitted: no file of the program then
    /// computes gradients itself.
    private static boolean isFitted(Unit unit) {
        return unit.named().stream().anyMatch(CudnnNondeterministic::isTrainer)
                && unit.calls().stream().anyMatch(call -> OrderFlow.isCall(call, "fit"));
    }

    /// Whether the program trains, as far as its own file shows: what it imports may do more than
    /// it uses.
    private static boolean trains(Unit unit) {
        return TRAINING.matcher(unit.path()).find()
                || unit.calls().stream()
                        .anyMatch(call -> TRAINING.matcher(OrderFlow.shortName(call)).find());
    }

    /// Whether a place only asks which device it is, says what a caller may leave out, or which
    /// device's precision is meant.
    private static boolean isAsked(Unit unit, Node node) {
        Node parent = unit.parent(node);
        return parent instanceof Expression.Comparison
                || parent instanceof Parameter
                || parent instanceof Call call && OrderFlow.isCall(call, "autocast");
    }

    /// The first place of a file that asks for CUDA, or null.
    private static @Nullable Node firstCuda(Unit unit) {
        Node[] first = {null};
        unit.tree()
                .walk(node -> {
                    boolean cuda =
                            node instanceof StringLiteral literal
                                            && literal.value().startsWith("cuda")
                                            && literal.value().length() <= 7
                                    || node instanceof Call call
                                            && call.function() instanceof Attribute attribute
                                            && attribute.name().equals("cuda");
                    if (cuda
                            && !isAsked(unit, node)
                            && !FixedTests.isNeverReached(unit, node)
                            && (first[0] == null || node.start() < first[0].start())) {
                        first[0] = node;
                    }
                });
        return first[0];
    }
}
