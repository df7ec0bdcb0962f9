package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Node;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/// LS207: code without gradients, inside or called from a training loop, draws from the generator
/// that the training draws from.
final class SideDraw implements Rule {
    private static final Set<String> DRAWS =
            Set.of(
                    "torch.rand",
                    "torch.randn",
                    "torch.randint",
                    "torch.randperm",
                    "torch.normal",
                    "torch.bernoulli",
                    "torch.multinomial",
                    "torch.rand_like",
                    "torch.randn_like",
                    "torch.randint_like",
                    "torch.poisson",
                    "numpy.random.rand",
                    "numpy.random.randn",
                    "numpy.random.randint",
                    "numpy.random.random",
                    "numpy.random.choice",
                    "numpy.random.permutation",
                    "numpy.random.shuffle",
                    "numpy.random.normal",
                    "numpy.random.uniform",
                    "random.random",
                    "random.randint",
                    "random.choice",
                    "random.choices",
                    "random.sample",
                    "random.shuffle",
                    "random.uniform",
                    "random.randrange",
                    "random.gauss");

    private static final Pattern VALIDATION =
            Pattern.compile(
                    "validation_step|on_validation_(epoch_)?(start|end)|validation_epoch_end");

    @Override
    public String hazard() {
        return "LS207";
    }

    @Override
    public Set<String> words() {
        return Set.of(
                "no_grad",
                "inference_mode",
                "validation_step",
                "on_validation_epoch_end",
                "on_validation_end");
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        Set<String> called = calledFromTraining(unit);
        for (Unit.Named named : unit.named()) {
            Call call = named.call();
            if (!DRAWS.contains(named.name())) {
                continue;
            }
            Expression generator = call.keyword("generator");
            if (generator != null && !FactFinder.isFalse(generator)) {
                continue;
            }
            Node off = Shapes.gradientsOff(unit, call);
            if (off != null && learns(off)) {
                continue;
            }
            boolean beside =
                    off == null ? isOfValidation(unit, call) : besideTraining(unit, off, called);
            if (!beside || isolated(unit, call) || seedsItself(unit, call)) {
                continue;
            }
            report.report(
                    Severity.WARNING,
                    call,
                    "an evaluation or logging pass draws from the generator that the training draws"
                            + " from; doing it more or less often changes the training",
                    Fix.display(
                            "draw from a generator of its own, or wrap the pass in torch.random.fork_rng()"));
        }
    }

    /// Whether code without gradients is the step of learning itself, which changes something in
    /// place by gradients: `p.add_(-rate * p.grad + torch.randn_like(p))`.
    private static boolean learns(Node off) {
        boolean[] found = {false};
        off.walk(node ->
                found[0] |=
                        node instanceof Statement.AugmentedAssign update
                                        && readsGradient(update.value())
                                || node instanceof Call call
                                        && call.function() instanceof Attribute method
                                        && method.name().endsWith("_")
                                        && call.arguments().stream()
                                                .anyMatch(SideDraw::readsGradient));
        return found[0];
    }

    private static boolean readsGradient(Expression value) {
        boolean[] found = {false};
        value.walk(node -> found[0] |= node instanceof Attribute a && a.name().equals("grad"));
        return found[0];
    }

    /// Names of functions of this file that a training loop calls.
    private static Set<String> calledFromTraining(Unit unit) {
        var names = new HashSet<String>();
        for (Call call : unit.calls()) {
            boolean own =
                    call.function() instanceof Name
                            || call.function() instanceof Attribute method
                                    && method.value() instanceof Name self
                                    && self.id().equals("self")
                                    && unit.parent(call) instanceof Statement.ExpressionStatement;
            Node loop = own ? Shapes.loopAround(unit, call) : null;
            if (loop != null && Shapes.trains(loop)) {
                names.add(OrderFlow.shortName(call));
            }
        }
        return names;
    }

    /// Whether this stands in what Lightning calls to validate, without gradients, in between the
    /// steps of training.
    private static boolean isOfValidation(Unit unit, Call call) {
        return unit.function(call) instanceof FunctionDefinition hook
                && VALIDATION.matcher(hook.name()).matches()
                && unit.parent(hook) instanceof Statement.ClassDefinition owner
                && owner.body().stream()
                        .anyMatch(statement ->
                                statement instanceof FunctionDefinition other
                                        && other.name().equals("training_step"));
    }

    private static boolean besideTraining(Unit unit, Node off, Set<String> called) {
        if (off instanceof FunctionDefinition function) {
            return called.contains(function.name());
        }
        Node loop = Shapes.loopAround(unit, off);
        if (loop != null) {
            return Shapes.trains(loop) && !Shapes.trains(off) && !isLearntFrom(unit, off, loop);
        }
        return unit.function(off) instanceof FunctionDefinition function
                && called.contains(function.name());
    }

    /// Whether the loop computes gradients from what is computed there, as from a target.
    private static boolean isLearntFrom(Unit unit, Node off, Node loop) {
        int[] last = {-1};
        loop.walk(node -> {
            if (node instanceof Attribute attribute && attribute.name().equals("backward")) {
                last[0] = Math.max(last[0], attribute.end());
            }
        });
        boolean[] found = {false};
        off.walk(node ->
                found[0] |=
                        node instanceof Name made
                                && unit.parent(made) instanceof Statement.Assign assign
                                && assign.targets().contains(made)
                                && unit.uses(made).stream()
                                        .anyMatch(use ->
                                                use.start() > off.end() && use.start() < last[0]));
        return found[0];
    }

    /// Whether the function seeds before it draws; what that does is LS113's affair.
    static boolean seedsItself(Unit unit, Call call) {
        Node function = unit.function(call);
        return function != null
                && unit.named().stream()
                        .anyMatch(other ->
                                other.call().start() < call.start()
                                        && unit.function(other.call()) == function
                                        && Knowledge.table().effect(Effect.Kind.SEED, other.name())
                                                != null);
    }

    static boolean isolated(Unit unit, Node node) {
        for (Node at = unit.parent(node); at != null; at = unit.parent(at)) {
            if (at instanceof dev.lockstep.source.Statement.With with
                    && with.items().stream()
                            .anyMatch(item ->
                                    item.context() instanceof Call call
                                            && call.function() instanceof Attribute attribute
                                            && (attribute.name().equals("fork_rng")
                                                    || attribute.name().equals("isolate_rng")))) {
                return true;
            }
        }
        return false;
    }
}
