package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Constant;
import dev.lockstep.source.Project;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// LS112: a call of an installed package that is left without its seed and draws for want of one,
/// as the package's own source says.
///
/// A package that then takes a generator which the program has seeded is no finding.
final class UnseededPackage implements Rule {
    /// Functions that make what draws themselves unless they are given it, which their source does
    /// not show, and what to give them; and samplers whose seed is used later than it is taken.
    private static final Map<String, Missing> MISSING = missing();

    private static final Set<String> WORDS =
            Stream.concat(
                            Stream.of("gymnasium", "gym", "action_space"),
                            MISSING.keySet().stream()
                                    .map(name -> name.substring(name.lastIndexOf('.') + 1)))
                    .collect(Collectors.toUnmodifiableSet());

    /// Code that seeds the spaces of an environment, itself or through an agent that does.
    private static final Pattern SEEDS_SPACE =
            Pattern.compile("action_space\\.seed\\(|stable_baselines3|seed_spaces");

    /// An environment's `reset`, of Gymnasium or Gym, however the environment was wrapped.
    private static final Pattern RESET =
            Pattern.compile(
                    "(gymnasium|gym)\\.(make|make_vec|vector\\.\\w+|wrappers\\.[\\w.]+)\\(\\)\\.reset");

    /// @param value what to pass, with the seed at `%s`
    private record Missing(String parameter, String value) {}

    private static Map<String, Missing> missing() {
        var missing = new HashMap<String, Missing>();
        var sampler = new Missing("sampler", "optuna.samplers.TPESampler(seed=%s)");
        missing.put("optuna.create_study", sampler);
        missing.put("optuna.study.create_study", sampler);
        for (String name :
                List.of(
                        "TPESampler",
                        "RandomSampler",
                        "CmaEsSampler",
                        "NSGAIISampler",
                        "GPSampler",
                        "QMCSampler")) {
            missing.put("optuna.samplers." + name, new Missing("seed", "%s"));
        }
        return Map.copyOf(missing);
    }

    @Override
    public String hazard() {
        return "LS112";
    }

    @Override
    public Set<String> words() {
        return WORDS;
    }

    @Override
    public boolean followsPrograms() {
        return true;
    }

    @Override
    public boolean readsPackages() {
        return true;
    }

    @Override
    public boolean looksEverywhere() {
        return true;
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        boolean seeds =
                unit.calls().stream().anyMatch(UnseededPackage::seedsEnvironment)
                        || unit.calls().stream().anyMatch(call -> isReset(unit, call))
                                && importsSeeding(unit);
        boolean told = false;
        actions(unit, report);
        for (Unit.Named named : unit.named()) {
            Call call = named.call();
            if (!told && !seeds && isReset(unit, call)) {
                told = true;
                report.report(
                        Severity.ERROR,
                        call,
                        "reset is left without seed, so the environment draws from a generator of"
                                + " its own with a new seed in every run; pass seed=… to the first"
                                + " reset alone",
                        Fix.display("pass seed=… to the first reset"));
                continue;
            }
            String callee = call.isOpen() ? null : outside(named.symbol(), 0);
            if (callee == null) {
                continue;
            }
            Missing missing = MISSING.get(callee);
            if (missing != null) {
                if (!isPrototype(unit, call)) {
                    report(unit, call, missing, report);
                }
                continue;
            }
            SeedNeed need = programs.packages().need(callee, CallArguments.of(call));
            if (!need.isNone() && !isPrototype(unit, call)) {
                report(unit, call, need, programs.seeding(), report);
            }
        }
    }

    /// Whether a module that this one imports seeds an environment, as what makes one does.
    private static boolean importsSeeding(Unit unit) {
        Project project = unit.module().project();
        return unit.module().importedFiles().stream()
                .map(project::module)
                .anyMatch(module ->
                        module != null
                                && module.calls().stream()
                                        .anyMatch(site -> seedsEnvironment(site.call())));
    }

    /// The first action that is drawn from a space which nobody seeds: `reset(seed=…)` does not.
    private static void actions(Unit unit, Reporter report) {
        Project project = unit.module().project();
        if (ImportGraph.isTest(unit.path())
                || unit.calls().stream().noneMatch(call -> isOfActionSpace(call, "sample"))
                || project.paths().stream()
                        .map(project::module)
                        .anyMatch(module ->
                                module != null
                                        && SEEDS_SPACE.matcher(module.source().text()).find())) {
            return;
        }
        List<Call> draws =
                unit.calls().stream()
                        .filter(call -> isOfActionSpace(call, "sample"))
                        .filter(call -> call.arguments().isEmpty() && !isShown(unit, call))
                        .toList();
        draws.stream()
                .filter(call -> !isHandedOver(unit, call))
                .findFirst()
                .ifPresentOrElse(
                        call -> action(call, Severity.ERROR, report),
                        () ->
                                draws.stream()
                                        .findFirst()
                                        .ifPresent(call -> action(call, Severity.NOTE, report)));
    }

    private static void action(Call call, Severity severity, Reporter report) {
        report.report(
                severity,
                call,
                "the space of actions draws from a generator of its own with a new seed in every"
                        + " run, which reset(seed=…) does not seed; call action_space.seed(…)",
                Fix.display("call action_space.seed(…) once"));
    }

    /// Whether the space, or what has it, comes in as an argument of a class that the project
    /// leaves for others to make: they seed it.
    private static boolean isHandedOver(Unit unit, Call call) {
        if (!(call.function() instanceof Expression.Attribute draw)
                || !(draw.value() instanceof Expression.Attribute space)
                || !(unit.classAround(call) instanceof Statement.ClassDefinition owner)) {
            return false;
        }
        boolean comesIn =
                switch (space.value()) {
                    case Expression.Name self when self.id().equals("self") ->
                            isKeptArgument(unit, owner, space.name());
                    case Expression.Name other -> isArgument(unit, other);
                    case Expression.Attribute part ->
                            part.value() instanceof Expression.Name self
                                    && self.id().equals("self")
                                    && isKeptArgument(unit, owner, part.name());
                    default -> false;
                };
        return comesIn && isForOthers(unit, owner);
    }

    private static boolean isKeptArgument(
            Unit unit, Statement.ClassDefinition owner, String attribute) {
        List<Expression> values = unit.attributeValues(owner, attribute);
        return !values.isEmpty()
                && values.stream()
                        .allMatch(value ->
                                value instanceof Expression.Name name && isArgument(unit, name));
    }

    /// Whether a name is a parameter, and nothing else is ever put into it.
    private static boolean isArgument(Unit unit, Expression.Name name) {
        return unit.function(name) instanceof Statement.FunctionDefinition function
                && function.parameters().stream().anyMatch(p -> p.name().equals(name.id()))
                && unit.bindings(name).stream().allMatch(binding -> binding.value() == null);
    }

    /// Whether nothing in the project makes an object of a class, extends it or hands it on.
    private static boolean isForOthers(Unit unit, Statement.ClassDefinition owner) {
        return !NamedAlike.isRenamed(unit, owner.name())
                && NamedAlike.files(unit, owner.name(), owner.name())
                        .noneMatch(file -> speaksOf(file, owner.name()));
    }

    private static boolean speaksOf(Unit unit, String name) {
        boolean[] found = {false};
        unit.tree()
                .walk(node ->
                        found[0] |=
                                node instanceof Expression.Name plain && plain.id().equals(name)
                                        || node instanceof Expression.Attribute part
                                                && part.name().equals(name));
        return found[0];
    }

    /// Whether this stands in a guard that only tries what the module defines.
    private static boolean isShown(Unit unit, Call call) {
        Statement.If guard = unit.module().mainGuard();
        return guard != null
                && guard.start() <= call.start()
                && call.end() <= guard.end()
                && Trials.isDemonstration(unit.module());
    }

    private static boolean isOfActionSpace(Call call, String method) {
        return call.function() instanceof Expression.Attribute called
                && called.name().equals(method)
                && called.value() instanceof Expression.Attribute space
                && space.name().equals("action_space");
    }

    private static boolean isReset(Unit unit, Call call) {
        return call.arguments().isEmpty()
                && call.keywords().isEmpty()
                && call.function() instanceof Expression.Attribute method
                && method.name().equals("reset")
                && unit.module().symbol(call.function()) instanceof Symbol.External e
                && RESET.matcher(e.name()).matches();
    }

    /// Whether somebody seeds an environment here: `reset(seed=…)`, `env.seed(…)`.
    private static boolean seedsEnvironment(Call call) {
        return call.function() instanceof Expression.Attribute a
                && (a.name().equals("reset") && (call.keyword("seed") != null || call.isOpen())
                        || a.name().equals("seed")
                                && a.value() instanceof Expression.Name n
                                && n.id().contains("env"));
    }

    /// Whether a class keeps this for itself, for its objects to copy: `_base = Estimator()`.
    private static boolean isPrototype(Unit unit, Call call) {
        return unit.parent(call) instanceof Statement.Assign assign
                && unit.parent(assign) instanceof Statement.ClassDefinition
                && assign.targets().getFirst() instanceof Expression.Name name
                && name.id().startsWith("_");
    }

    /// The name of what is called outside the project; a class of the project that leaves its
    /// constructor to a base is made as that base.
    private static @Nullable String outside(@Nullable Symbol symbol, int depth) {
        return switch (symbol) {
            case Symbol.External e -> e.name();
            case Symbol.Class c
                    when depth < 8 && c.module().project().method(c, "__init__") == null -> {
                for (Symbol base : c.module().project().bases(c)) {
                    String name = outside(base, depth + 1);
                    if (name != null) {
                        yield name;
                    }
                }
                yield null;
            }
            case null, default -> null;
        };
    }

    private static void report(
            Unit unit, Call call, SeedNeed need, Seeding seeding, Reporter report) {
        var open = new EnumMap<Packages.Origin, String>(Packages.Origin.class);
        for (Packages.Origin origin : need.origins()) {
            GlobalGenerator generator = origin.shared();
            if (generator == null) {
                open.put(origin, "a generator of its own with a new seed in every run");
            } else if (!seeding.seedsBefore(generator, call)) {
                open.put(origin, generator.title() + ", which nothing seeds before");
            }
        }
        if (open.isEmpty()) {
            return;
        }
        var function = unit.function(call);
        boolean callers =
                function != null
                        && !seeding.reaches(function)
                        && !open.containsKey(Packages.Origin.FRESH);
        report.report(
                callers ? Severity.NOTE : Severity.ERROR,
                call,
                name(call)
                        + " is left with "
                        + need.parameter()
                        + "=None and draws from "
                        + String.join(" and ", open.values())
                        + "; pass "
                        + need.parameter()
                        + "=…",
                fix(unit, call, need));
    }

    private static void report(Unit unit, Call call, Missing missing, Reporter report) {
        Expression written = call.keyword(missing.parameter());
        if (written != null && !(written instanceof Constant c && c.kind() == Constant.Kind.NONE)) {
            return;
        }
        String value = missing.value().replace("%s", SeedInScope.at(unit, call));
        boolean named =
                !value.startsWith("optuna.")
                        || unit.module().source().slice(call.function()).startsWith("optuna.");
        String advice = "pass " + missing.parameter() + "=" + value;
        report.report(
                Severity.ERROR,
                call,
                name(call)
                        + " is left without "
                        + missing.parameter()
                        + " and draws from a generator of its own with a new seed in every run; "
                        + advice,
                named
                        ? Fix.safe(
                                advice,
                                written == null
                                        ? Fixes.addArgument(
                                                unit.source(),
                                                call,
                                                missing.parameter() + "=" + value)
                                        : Fixes.replace(unit.source(), written, value))
                        : Fix.display(advice));
    }

    /// What is called, by the last part of how it is written.
    private static String name(Call call) {
        return switch (call.function()) {
            case Expression.Attribute a -> a.name();
            case Expression.Name n -> n.id();
            default -> "this";
        };
    }

    private static @Nullable Fix fix(Unit unit, Call call, SeedNeed need) {
        String seed = SeedInScope.at(unit, call);
        Expression written = call.keyword(need.parameter());
        if (written == null && need.position() >= 0) {
            written = call.argument(need.position());
        }
        Edit edit =
                written == null
                        ? Fixes.addArgument(unit.source(), call, need.parameter() + "=" + seed)
                        : Fixes.replace(unit.source(), written, seed);
        return Fix.safe("pass " + need.parameter() + "=" + seed, edit);
    }
}
