package dev.lockstep.check;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import dev.lockstep.source.Branch;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Node;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.ClassDefinition;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Symbol;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// LS408: dropout stays active while the model is evaluated, or its answers are sampled.
final class RandomEvaluation implements Rule {
    private static final Set<String> DROPOUT =
            Set.of(
                    "torch.nn.functional.dropout", "torch.nn.functional.dropout2d",
                    "torch.nn.functional.dropout3d", "torch.nn.functional.alpha_dropout",
                    "torch.nn.functional.feature_alpha_dropout", "torch.nn.functional.dropout1d");

    /// `alpha_dropout` and its like are off unless they are told to be on.
    private static final Set<String> OFF_BY_DEFAULT =
            Set.of(
                    "torch.nn.functional.alpha_dropout",
                    "torch.nn.functional.feature_alpha_dropout");

    private static final Pattern TORCH_DROPOUT =
            Pattern.compile("torch\\.nn\\.(modules\\.dropout\\.)?_?\\w*Dropout\\w*");

    private static final Pattern SWITCH =
            Pattern.compile("train|switch|deterministic|(enable|use)_?dropout", CASE_INSENSITIVE);

    /// How functions are called that drop something out, as augmentations do.
    private static final Pattern DROPPING =
            Pattern.compile("(^|_)(drop|augment|perturb|corrupt)", CASE_INSENSITIVE);

    /// How layers and arguments are called that draw numbers while a model computes.
    private static final Pattern RANDOM =
            Pattern.compile("drop|rrelu|gumbel|noise", CASE_INSENSITIVE);

    /// Methods by which a constructor puts together what it made.
    private static final Pattern FILLS =
            Pattern.compile(
                    "append|extend|add_module|register_\\w+|\\w*init\\w*|items|size|keys|values");

    private static final int MOST = 6;

    @Override
    public String hazard() {
        return "LS408";
    }

    @Override
    public Set<String> words() {
        return Set.of(
                "dropout",
                "dropout1d",
                "dropout2d",
                "dropout3d",
                "alpha_dropout",
                "feature_alpha_dropout",
                "Dropout",
                "generate",
                "no_grad",
                "inference_mode");
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        if (Trials.isForTimes(unit)) {
            return;
        }
        for (Unit.Named named : unit.named()) {
            if (DROPOUT.contains(named.name())) {
                functional(unit, named, report);
            }
        }
        unit.calls().stream()
                .filter(call -> isSwitchedOn(unit, call))
                .forEach(call ->
                        report.report(
                                Severity.WARNING,
                                call,
                                "switches dropout on in a model that is being evaluated: every"
                                        + " evaluation draws from torch's generator, and gives"
                                        + " another result unless that is seeded right before",
                                Fix.display("seed torch right before each such evaluation")));
        unit.calls().stream()
                .filter(call -> isSampled(unit, call))
                .forEach(call ->
                        report.report(
                                Severity.WARNING,
                                call,
                                "samples what the model says while it is evaluated between steps of"
                                        + " training: the result depends on all that was drawn"
                                        + " before; pass do_sample=False, or seed right before it",
                                Fix.display("pass do_sample=False")));
        if (programs.ever(Fact.RANDOM_LAYERS)
                && programs.ever(Fact.TRAINS)
                && !programs.ever(Fact.EVAL)) {
            neverSwitched(unit, report);
        }
    }

    /// `module.train()` for the modules that are a dropout alone, as Monte Carlo dropout does.
    private static boolean isSwitchedOn(Unit unit, Call call) {
        if (!(call.function() instanceof Attribute method)
                || !method.name().equals("train")
                || !call.arguments().isEmpty()
                || !(method.value() instanceof Name module)) {
            return false;
        }
        for (Node at = unit.parent(call); at != null; at = unit.parent(at)) {
            if (at instanceof Branch branch) {
                String test = unit.source().slice(branch.test());
                return test.contains("Dropout") && test.contains(module.id());
            }
            if (at instanceof FunctionDefinition) {
                return false;
            }
        }
        return false;
    }

    /// `model.generate(do_sample=True)` in a function that switches to evaluation, which is called
    /// where the steps of an epoch are done: nothing learns from what is sampled.
    private static boolean isSampled(Unit unit, Call call) {
        return OrderFlow.isCall(call, "generate")
                && FactFinder.isTrue(call.keyword("do_sample"))
                && unit.function(call) instanceof FunctionDefinition function
                && isSwitchedOff(unit, call, function)
                && !SideDraw.seedsItself(unit, call)
                && !SideDraw.isolated(unit, call)
                && unit.calls().stream()
                        .anyMatch(use ->
                                OrderFlow.isCall(use, function.name())
                                        && isAfterTraining(unit, use));
    }

    private static boolean isSwitchedOff(Unit unit, Call call, FunctionDefinition function) {
        return unit.calls().stream()
                .anyMatch(other ->
                        other.function() instanceof Attribute method
                                && method.name().equals("eval")
                                && other.end() < call.start()
                                && unit.function(other) == function);
    }

    /// Whether a call stands in a loop that trains, behind all that computes gradients there.
    private static boolean isAfterTraining(Unit unit, Call call) {
        Node loop = Shapes.loopAround(unit, call);
        if (loop == null || !Shapes.trains(loop)) {
            return false;
        }
        boolean[] before = {true};
        loop.walk(node ->
                before[0] &=
                        !(node instanceof Attribute gradient)
                                || !gradient.name().equals("backward")
                                || gradient.end() < call.start());
        return before[0];
    }

    private static void functional(Unit unit, Unit.Named named, Reporter report) {
        Call call = named.call();
        if (call.isOpen()) {
            return;
        }
        Expression training = call.argument(2, "training");
        boolean always =
                training == null
                        ? !OFF_BY_DEFAULT.contains(named.name())
                        : FactFinder.isTrue(training);
        Expression rate = call.argument(1, "p");
        if (!always
                || Loaders.isZero(rate)
                || rate != null && unit.source().slice(rate).contains("training")
                || rate instanceof Name variable && mayBeZero(unit, variable)) {
            return;
        }
        if (asksForTraining(unit, call)
                || isPassedOn(unit, call)
                || rate instanceof Name passed && isOffByDefault(unit, call, passed)
                || training != null && isOfDropout(unit, call)
                || isForDropping(unit, call)) {
            return;
        }
        if (training != null) {
            report.report(
                    Severity.NOTE,
                    call,
                    "drops out in evaluation too, as training=True asks for: each evaluation draws"
                            + " from torch's generator; pass training=self.training unless that is"
                            + " meant",
                    Fix.display("pass training=self.training"));
            return;
        }
        report.report(
                Severity.WARNING,
                call,
                "drops out in evaluation too, because training is True whatever model.eval() says;"
                        + " pass training=self.training",
                isInMethod(unit, call)
                        ? Fix.unsafe(
                                "pass training=self.training",
                                Fixes.addArgument(unit.source(), call, "training=self.training"))
                        : Fix.display("pass training=self.training"));
    }

    private static boolean isInMethod(Unit unit, Call call) {
        return unit.function(call) instanceof FunctionDefinition function
                && !function.parameters().isEmpty()
                && function.parameters().getFirst().name().equals("self")
                && unit.classAround(call) != null;
    }

    /// Whether this stands in a layer that torch's dropout is made into: one which says that it is
    /// always on is there to drop out in evaluation, as Monte Carlo dropout is.
    private static boolean isOfDropout(Unit unit, Call call) {
        ClassDefinition owner = unit.classAround(call);
        return owner != null
                && owner.bases().stream()
                        .anyMatch(base ->
                                unit.name(base) instanceof String name
                                        && TORCH_DROPOUT.matcher(name).matches());
    }

    /// Whether this is what a plain function is there for, by its name: who calls it wants it.
    private static boolean isForDropping(Unit unit, Call call) {
        return unit.classAround(call) == null
                && unit.function(call) instanceof FunctionDefinition function
                && DROPPING.matcher(function.name()).find();
    }

    /// Whether this is only reached when something called `training` holds.
    private static boolean asksForTraining(Unit unit, Node node) {
        Node below = node;
        for (Node at = unit.parent(node); at != null; at = unit.parent(at)) {
            Node test =
                    switch (at) {
                        case Branch branch -> branch.test();
                        case Expression.Conditional conditional -> conditional.test();
                        default -> null;
                    };
            if (test != null && test != below && isSwitch(unit, test)) {
                return true;
            }
            if (at instanceof FunctionDefinition) {
                return false;
            }
            below = at;
        }
        return false;
    }

    /// Whether a test asks for training, or for a switch of the dropout itself.
    private static boolean isSwitch(Unit unit, Node test) {
        return SWITCH.matcher(unit.source().slice(test)).find();
    }

    /// Whether a function takes its rate from the caller, who passes 0 to evaluate: anybody calls a
    /// function, and a method is called with a rate that asks for training or may be 0.
    private static boolean isPassedOn(Unit unit, Call call) {
        return call.argument(1, "p") instanceof Name rate
                && unit.function(call) instanceof FunctionDefinition function
                && function.parameters().stream().anyMatch(p -> p.name().equals(rate.id()))
                && (unit.classAround(call) == null
                        || unit.calls().stream()
                                .filter(other -> OrderFlow.isCall(other, function.name()))
                                .anyMatch(other -> asksForTraining(unit, other.arguments())));
    }

    /// Whether a rate is a parameter that is zero unless somebody passes another.
    private static boolean isOffByDefault(Unit unit, Call call, Name rate) {
        return unit.function(call) instanceof FunctionDefinition function
                && function.parameters().stream()
                        .anyMatch(p ->
                                p.name().equals(rate.id())
                                        && p.fallback() != null
                                        && Loaders.isZero(p.fallback()));
    }

    private static boolean asksForTraining(Unit unit, List<Expression> arguments) {
        return arguments.stream()
                .anyMatch(argument ->
                        unit.source().slice(argument).contains("training")
                                || argument instanceof Name variable && mayBeZero(unit, variable));
    }

    /// Whether a variable is zero on some way, as `if not self.training: p = 0.0` makes it.
    private static boolean mayBeZero(Unit unit, Name variable) {
        return unit.bindings(variable).stream()
                .anyMatch(binding -> Loaders.isZero(binding.value()));
    }

    /// A model with random layers that is called without gradients and never switched to
    /// evaluation.
    private static void neverSwitched(Unit unit, Reporter report) {
        for (Call call : unit.calls()) {
            if (!isModel(call) || isFunction(unit, call)) {
                continue;
            }
            Node off = Shapes.gradientsOff(unit, call);
            if (off != null
                    && !learns(off)
                    && !KeptForTraining.is(unit, call)
                    && !isWithoutDropout(unit, call)) {
                report.report(
                        Severity.WARNING,
                        call,
                        "the model is evaluated with its dropout active, because nothing calls"
                                + " eval(); call model.eval() before and model.train() after",
                        Fix.display(
                                "call model.eval() before the evaluation and model.train() after it"));
            }
        }
    }

    /// Whether an optimiser takes steps in code without gradients: its rule of learning needs none.
    private static boolean learns(Node off) {
        boolean[] found = {false};
        off.walk(node ->
                found[0] |=
                        node instanceof Call call
                                && call.function() instanceof Attribute method
                                && method.name().equals("step")
                                && method.value() instanceof Name of
                                && of.id().contains("optim"));
        return found[0];
    }

    /// Whether a model is put together of layers that the project shows, none of which drops out.
    private static boolean isWithoutDropout(Unit unit, Call call) {
        return call.function() instanceof Name model
                && unit.value(model) instanceof Call made
                && isWithoutDropout(unit.module(), made, 0);
    }

    private static boolean isWithoutDropout(PythonModule module, Call made, int depth) {
        if (depth > MOST) {
            return false;
        }
        return switch (module.symbol(made.function())) {
            case Symbol.External external ->
                    external.name().startsWith("torch.")
                            && !RANDOM.matcher(external.name()).find()
                            && made.arguments().stream()
                                    .allMatch(layer ->
                                            !(layer instanceof Call inner)
                                                    || isWithoutDropout(module, inner, depth + 1));
            case Symbol.Class own -> isWithoutDropout(own, depth);
            case null, default -> false;
        };
    }

    /// A class of the project: what its text speaks of, and what its constructor makes.
    private static boolean isWithoutDropout(Symbol.Class own, int depth) {
        PythonModule module = own.module();
        if (RANDOM.matcher(module.source().slice(own.definition())).find()
                || module.project().bases(own).stream()
                        .anyMatch(base ->
                                base instanceof Symbol.Class parent
                                        && !isWithoutDropout(parent, depth + 1))) {
            return false;
        }
        boolean[] without = {true};
        for (Statement statement : own.definition().body()) {
            if (statement instanceof FunctionDefinition f && f.name().equals("__init__")) {
                f.body()
                        .forEach(line ->
                                line.walk(node ->
                                        without[0] =
                                                without[0]
                                                        && (!(node instanceof Call made)
                                                                || isWithout(
                                                                        module, made, depth))));
            }
        }
        return without[0];
    }

    /// Whether a call in a constructor makes no layer that drops out.
    private static boolean isWithout(PythonModule module, Call made, int depth) {
        String name = OrderFlow.shortName(made);
        return made.function() instanceof Attribute
                        && (name.equals("__init__") || FILLS.matcher(name).matches())
                || module.symbol(made.function()) instanceof Symbol.External plain
                        && plain.name().startsWith("builtins.")
                || isWithoutDropout(module, made, depth + 1);
    }

    /// Whether what is called was defined or imported under that name, as no model is.
    private static boolean isFunction(Unit unit, Call call) {
        String called = unit.name(call.function());
        return called != null && called.indexOf('(') < 0;
    }

    private static boolean isModel(Call call) {
        String name =
                switch (call.function()) {
                    case Name plain -> plain.id();
                    case Attribute attribute ->
                            attribute.value() instanceof Name self && self.id().equals("self")
                                    ? attribute.name()
                                    : "";
                    default -> "";
                };
        return name.equals("model")
                || name.equals("net")
                || name.endsWith("_model")
                || name.endsWith("network");
    }
}
