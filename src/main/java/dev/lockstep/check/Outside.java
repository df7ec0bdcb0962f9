package dev.lockstep.check;

import dev.lockstep.source.Argument;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Constant;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.Node;
import dev.lockstep.source.Scope;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.For;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What calls outside the project do to the generators while a program is followed: they draw,
/// seed, put states back, and make generators of their own.
final class Outside {
    /// What only looks at an object, and calls none of its methods.
    private static final Set<String> LOOKS =
            Set.of(
                    "builtins.super",
                    "builtins.isinstance",
                    "builtins.issubclass",
                    "builtins.type",
                    "builtins.id",
                    "builtins.hasattr",
                    "builtins.callable",
                    "builtins.print",
                    "copy.copy",
                    "copy.deepcopy",
                    "inspect.getfullargspec",
                    "inspect.getargspec",
                    "inspect.signature",
                    "inspect.getsource",
                    "inspect.getdoc",
                    "typing.get_type_hints");

    private static final Set<String> GENERATOR_ARGUMENTS =
            Set.of("generator", "random_state", "rng", "seed");

    /// How packages call the function that seeds all that a training draws from; who seeds a
    /// library of arrays of its own alone is left out, and so is the method of an object, which
    /// seeds that.
    private static final Pattern SEEDER =
            Pattern.compile(
                    "(?!(tensorflow|tf|jax|mxnet|paddle|mindspore|cupy|numpy|torch)\\.)[^()]*\\."
                            + "(seed_everything|seed_all|set_seeds?|set_all_seeds|set_random_seed"
                            + "|set_global_seeds?|fix_seed|fix_random_seeds?|setup_seed)");

    /// Methods that draw from NumPy's generator as what has rows calls them.
    static final Set<String> OF_TABLES = Set.of("sample", "train_test_split");

    private static final Set<String> SEED_ARGUMENTS =
            Set.of("random_state", "seed", "data_seed", "random_seed");

    private final Execution execution;

    Outside(Execution execution) {
        this.execution = execution;
    }

    /// A call of something that the source doesn't name: a method that only tensors have draws.
    void unknown(Call call, Scope scope) {
        if (call.function() instanceof Attribute attribute) {
            method(attribute.name(), call, scope);
        }
        if (!execution.processes.isTask(call, scope)) {
            execution.handover.escapes(call, scope, false);
        }
    }

    private void method(String name, Call call, Scope scope) {
        if (drawsOfTables(name, call) && !hasGenerator(call, scope)) {
            draw(GlobalGenerator.NUMPY, call, written(call), false);
            return;
        }
        Effect effect = execution.knowledge.effect(Effect.Kind.METHOD, name);
        if (effect != null && !hasGenerator(call, scope)) {
            for (GlobalGenerator generator : effect.generators()) {
                String receiver = execution.module.source().slice(call.function());
                boolean weights = receiver.contains("weight") || receiver.contains("bias");
                draw(generator, call, written(call), weights);
            }
        }
    }

    /// Whether a method is one of tables and of data sets that draw from NumPy's global generator
    /// when they get no seed: `frame.sample(frac=0.1)` of pandas
    /// (`pandas.core.common.random_state`), `data.train_test_split(test_size=0.1)` of Hugging
    /// Face's `datasets` (`Dataset.shuffle`).
    private static boolean drawsOfTables(String name, Call call) {
        return name.equals("sample")
                        && call.arguments().isEmpty()
                        && (call.keyword("frac") != null || call.keyword("n") != null)
                || name.equals("train_test_split")
                        && call.arguments().isEmpty()
                        && (call.keyword("test_size") != null
                                || call.keyword("train_size") != null);
    }

    boolean hasGenerator(Call call, Scope scope) {
        for (Argument keyword : call.keywords()) {
            if (keyword.name() != null
                    && GENERATOR_ARGUMENTS.contains(keyword.name())
                    && !(execution.evaluation.value(keyword.value(), scope).byDefault()
                            instanceof Value.Nothing)) {
                return true;
            }
        }
        return false;
    }

    String written(Call call) {
        String text = execution.module.source().slice(call.function());
        return text.length() > 40 || text.indexOf('\n') >= 0
                ? text.substring(text.lastIndexOf('.') + 1)
                : text;
    }

    /// A call of something outside the project.
    void external(String called, Call call, Scope scope) {
        String name =
                called.endsWith("().__init__")
                        ? called.substring(0, called.length() - "().__init__".length())
                        : called;
        execution.outcome.before.computeIfAbsent(call, key -> execution.state.standing());
        Map<Effect.Kind, Effect> effects = execution.knowledge.effects(name);
        Effect effect = effects.get(Effect.Kind.DRAW);
        execution.outcome.layers |= effect != null && isWeights(name);
        execution.outcome.convolutions |=
                FactFinder.isConvolution(name) || isWeights(name) && !name.startsWith("torch.nn.");
        if (effect != null && !hasGenerator(call, scope) && !isPretrained(name, call, scope)) {
            for (GlobalGenerator generator : effect.generators()) {
                draw(generator, call, written(call), isWeights(name));
            }
            if (effect.generators().contains(GlobalGenerator.TORCH) && isOnCuda(call)) {
                draw(GlobalGenerator.CUDA, call, written(call), false);
            }
        } else if (call.function() instanceof Attribute attribute
                && (name.startsWith("torch.")
                        || OF_TABLES.contains(attribute.name()) && name.contains("()."))) {
            method(attribute.name(), call, scope);
        }
        effect = effects.get(Effect.Kind.LATER);
        if (effect != null && !hasGenerator(call, scope) && !isForOthers(scope)) {
            for (GlobalGenerator generator : effect.generators()) {
                execution.handover.later(
                        null, null, generator, call, written(call), false, isWeights(name));
            }
        }
        seeds(name, call, scope);
        object(name, call, scope);
        seedArguments(call, scope);
        if (name.equals("torch.utils.data.DataLoader")
                || name.equals("torch.utils.data.dataloader.DataLoader")) {
            execution.handover.loader(call, scope);
        } else if (!execution.processes.starts(name, call, scope) && !LOOKS.contains(name)) {
            execution.handover.escapes(call, scope, effects.containsKey(Effect.Kind.CALLS));
        }
    }

    /// A seed that differs in every run, given to a function or class that draws with it.
    private void seedArguments(Call call, Scope scope) {
        for (Argument keyword : call.keywords()) {
            if (keyword.name() != null && SEED_ARGUMENTS.contains(keyword.name())) {
                runDependent(execution.evaluation.value(keyword.value(), scope), call);
            }
        }
    }

    /// Whether an imported module makes something while it is imported: whether this program uses
    /// it is not to be seen there.
    boolean isForOthers(Scope scope) {
        return scope.kind() == Scope.Kind.MODULE && execution.module != execution.main;
    }

    /// Whether a draw makes the first weights of a layer, or belongs to one.
    static boolean isWeights(String name) {
        return name.startsWith("torch.nn.") && !name.startsWith("torch.nn.functional.")
                || name.startsWith("torchvision.models.")
                || name.startsWith("timm.")
                || name.startsWith("transformers.")
                || name.startsWith("diffusers.");
    }

    /// How the turns of a loop are called that trains one model on.
    private static final Pattern TRAINING_TURN =
            Pattern.compile("epoch|step|iter|batch|update", Pattern.CASE_INSENSITIVE);

    /// Keywords that give a model more outputs than the saved one has: those are drawn.
    private static final List<String> NEW_OUTPUTS =
            List.of("num_labels", "id2label", "label2id", "num_classes");

    private boolean isPretrained(String name, Call call, Scope scope) {
        if (name.endsWith(".from_pretrained")) {
            return NEW_OUTPUTS.stream().allMatch(keyword -> call.keyword(keyword) == null);
        }
        if (!name.startsWith("torchvision.") && !name.startsWith("timm.")) {
            return false;
        }
        for (String keyword : List.of("pretrained", "weights")) {
            Expression value = call.keyword(keyword);
            if (value != null) {
                Value known = execution.evaluation.value(value, scope).byDefault();
                return !(known instanceof Value.Nothing)
                        && !(known instanceof Value.Known k && k.value().equals(false));
            }
        }
        return name.startsWith("torchvision.")
                && call.argument(0) instanceof Constant c
                && c.kind() == Constant.Kind.TRUE;
    }

    private boolean isOnCuda(Call call) {
        Expression device = call.keyword("device");
        return device instanceof StringLiteral text && text.value().startsWith("cuda");
    }

    void draw(GlobalGenerator generator, Node at, String what, boolean weights) {
        if (execution.naming > 0
                || execution.steps > Execution.MAX_STATEMENTS
                || weights && execution.overwritten > 0
                || execution.module != execution.main
                        && ImportGraph.isTest(execution.module.path())) {
            return; // a name, a port or a pause is no result, and neither is what tests make
        }
        GeneratorStates.One one = execution.state.get(generator);
        if (one.seeding() != GeneratorStates.Seeding.SEEDED) {
            execution.outcome.draw(
                    new Outcome.Draw(
                            generator,
                            execution.here(at),
                            what,
                            execution.conditional == 0,
                            weights,
                            execution.training > 0,
                            one));
        }
        execution.state.put(
                generator, new GeneratorStates.One(one.seeding(), true, one.seed(), one.reason()));
    }

    // Seeds.

    private void seeds(String name, Call call, Scope scope) {
        Effect effect = execution.knowledge.effect(Effect.Kind.STATE, name);
        if (effect != null) {
            for (GlobalGenerator generator : effect.generators()) {
                seeded(generator, call, false);
            }
            return;
        }
        effect = execution.knowledge.effect(Effect.Kind.ENTROPY, name);
        if (effect != null) {
            execution.outcome.runDependent.add(
                    new Outcome.RunDependent(
                            execution.here(call), "the operating system's entropy", null, false));
            for (GlobalGenerator generator : effect.generators()) {
                seeded(generator, call, false);
            }
            return;
        }
        effect = execution.knowledge.effect(Effect.Kind.SEED, name);
        if (effect == null) {
            if (name.endsWith(".manual_seed") && call.argument(0) != null) {
                runDependent(execution.evaluation.value(call.arguments().getFirst(), scope), call);
            } else if (SEEDER.matcher(name).matches()) {
                for (GlobalGenerator generator : GlobalGenerator.values()) {
                    seeded(generator, call, false);
                }
            }
            return;
        }
        Expression argument = call.argument(0, "seed");
        if (argument == null) {
            argument = call.keyword("a");
        }
        boolean helper = effect.generators().size() > 2;
        if (argument == null && (helper || call.isOpen())) {
            effect.generators().forEach(generator -> seeded(generator, call, false));
            return;
        }
        Value value = argument == null ? Value.NONE : execution.evaluation.value(argument, scope);
        runDependent(value, call);
        if (value instanceof Value.Nothing) {
            execution.outcome.runDependent.add(
                    new Outcome.RunDependent(
                            execution.here(call), "the operating system's entropy", null, false));
            effect.generators().forEach(generator -> seeded(generator, call, false));
            return;
        }
        boolean constant =
                value instanceof Value.Known || value instanceof Value.Option || isFixed(argument);
        for (GlobalGenerator generator : effect.generators()) {
            if (value instanceof Value.Option option
                    && value.byDefault() instanceof Value.Nothing) {
                GeneratorStates.One one = execution.state.get(generator);
                execution.state.put(
                        generator,
                        new GeneratorStates.One(
                                GeneratorStates.Seeding.PERHAPS,
                                false,
                                execution.here(call),
                                "only when " + option.name() + " is given"));
                if (one.seeding() == GeneratorStates.Seeding.SEEDED) {
                    execution.state.put(generator, one);
                }
            } else {
                seeded(generator, call, constant);
            }
        }
    }

    /// Whether an expression that is not known is the same each time a loop comes by: an attribute,
    /// or a variable that the loop around it leaves alone.
    private boolean isFixed(@Nullable Expression argument) {
        if (!(argument instanceof Name name)) {
            return argument instanceof Attribute;
        }
        Statement loop = execution.loops.peek();
        if (loop == null) {
            return false;
        }
        boolean[] around = {false};
        boolean[] set = {false};
        loop.walk(node -> {
            around[0] |= node == name;
            switch (node) {
                case For f -> set[0] |= mentions(f.target(), name);
                case Statement.Assign a ->
                        set[0] |= a.targets().stream().anyMatch(target -> mentions(target, name));
                case Statement.AugmentedAssign a -> set[0] |= mentions(a.target(), name);
                case Expression.Walrus w -> set[0] |= mentions(w.target(), name);
                default -> {}
            }
        });
        return around[0] && !set[0];
    }

    private static boolean mentions(Expression target, Name name) {
        boolean[] found = {false};
        target.walk(node -> found[0] |= node instanceof Name n && n.id().equals(name.id()));
        return found[0];
    }

    void runDependent(Value value, Call call) {
        boolean unless = value instanceof Value.Option;
        if (value.byDefault() instanceof Value.Varying varying) {
            execution.outcome.runDependent.add(
                    new Outcome.RunDependent(
                            execution.here(call), varying.what(), varying, unless));
            execution.outcome.excused.add(varying.at());
        }
    }

    private void seeded(GlobalGenerator generator, Call call, boolean constant) {
        GeneratorStates.One before = execution.state.get(generator);
        Waypoint place = execution.here(call);
        if (!execution.finishing
                && before.seeding() == GeneratorStates.Seeding.NEVER
                && before.drawn()
                && execution.outcome.draws.stream()
                        .anyMatch(d ->
                                d.generator() == generator
                                        && !execution.outcome.excused.contains(d.place().at()))) {
            execution.outcome.late.putIfAbsent(generator, new Outcome.Late(generator, place));
        }
        Waypoint earlier = before.seed();
        if (constant
                && execution.isolated == 0
                && (!execution.finishing || execution.inWorker)
                && before.seeding() == GeneratorStates.Seeding.SEEDED
                && earlier != null
                && (earlier.at() != call || isAgain(place, earlier))) {
            String why =
                    execution.importing > 0
                            ? "when this module is imported"
                            : isTrainingLoop() ? "in a loop" : "";
            var reseed =
                    new Outcome.Reseed(
                            generator, place.whereNot(earlier), earlier.whereNot(place), why);
            if (!why.isEmpty() && (before.drawn() || execution.importing > 0)) {
                execution.outcome.reseeds.add(reseed);
            } else if (!why.isEmpty()) {
                execution.inLoops.add(reseed);
            }
        }
        execution.state.put(
                generator,
                new GeneratorStates.One(GeneratorStates.Seeding.SEEDED, false, place, ""));
    }

    /// Whether a function that seeds is called once more, elsewhere and in an epoch or a step.
    /// Between trials it may be called as often as there are.
    private boolean isAgain(Waypoint place, Waypoint earlier) {
        return execution.importing == 0
                && isInTurn()
                && place.whereNot(earlier).at() != earlier.whereNot(place).at();
    }

    /// Whether a loop around here is named after the epochs or steps that it goes over.
    boolean isInTurn() {
        return execution.loops.stream()
                .anyMatch(loop ->
                        loop instanceof For f
                                && f.target() instanceof Name turn
                                && TRAINING_TURN.matcher(turn.id()).find());
    }

    /// Whether a loop around here goes over epochs or steps, rather than over seeds, folds or runs.
    boolean isTrainingLoop() {
        boolean any = false;
        for (Statement loop : execution.loops) {
            if (loop instanceof For f) {
                String target =
                        f.target() instanceof Name name ? name.id().toLowerCase(Locale.ROOT) : "";
                if (target.contains("seed")
                        || target.contains("fold")
                        || target.contains("run")
                        || target.contains("trial")
                        || target.contains("repeat")
                        || target.contains("exp")
                        || target.contains("config")
                        || target.contains("model")
                        || target.contains("name")) {
                    return false;
                }
            }
            any = true;
        }
        return any;
    }

    private void object(String name, Call call, Scope scope) {
        Effect effect = execution.knowledge.effect(Effect.Kind.OBJECT, name);
        if (effect == null || call.isOpen()) {
            return;
        }
        Expression argument = call.argument(0);
        for (String keyword : List.of("seed", "x", "entropy")) {
            if (argument == null) {
                argument = call.keyword(keyword);
            }
        }
        if (argument == null) {
            if (execution.inWorker) {
                execution.outcome.madeInWorker.add(call);
            }
            return; // found without following the program
        }
        Value value = execution.evaluation.value(argument, scope);
        runDependent(value, call);
        if (execution.inWorker && value.byDefault() instanceof Value.Nothing) {
            execution.outcome.madeInWorker.add(call);
        }
        if (value.byDefault() instanceof Value.Nothing && !(argument instanceof Constant)) {
            String option = value instanceof Value.Option o ? o.name() : "";
            for (GlobalGenerator generator : effect.generators()) {
                execution.outcome.objects.add(
                        new Outcome.Unseeded(execution.here(call), generator, option));
            }
        }
    }
}
