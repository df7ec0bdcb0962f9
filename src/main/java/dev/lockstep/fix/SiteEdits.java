package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.source.CallSite;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Operator;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes the edits that belong to one line: a seed for a generator object, a constant for a seed
/// that depends on the run.
final class SiteEdits {
    /// Through how many functions a seed is followed to where it is made.
    private static final int MOST_HANDS = 4;

    private static final Set<String> MAKERS =
            Set.of(
                    "numpy.random.default_rng",
                    "numpy.random.RandomState",
                    "numpy.random.SeedSequence",
                    "numpy.random.PCG64",
                    "numpy.random.PCG64DXSM",
                    "numpy.random.MT19937",
                    "numpy.random.Philox",
                    "numpy.random.SFC64",
                    "random.Random");

    private static final Set<String> SEEDERS =
            Set.of(
                    "random.seed",
                    "numpy.random.seed",
                    "torch.manual_seed",
                    "torch.random.manual_seed",
                    "torch.cuda.manual_seed",
                    "torch.cuda.manual_seed_all");

    /// What seeds torch from the system's entropy; with `manual_` before its name it takes a seed.
    private static final Set<String> FROM_ENTROPY =
            Set.of(
                    "torch.seed",
                    "torch.random.seed",
                    "torch.cuda.seed",
                    "torch.cuda.seed_all",
                    "torch.cuda.random.seed",
                    "torch.cuda.random.seed_all");

    private final PythonModule module;
    private final Layout layout;

    SiteEdits(PythonModule module) {
        this.module = module;
        this.layout = new Layout(module.source());
    }

    /// Gives a seed to the generators made without one on a line.
    List<Edit> seeded(Place place) {
        var edits = new ArrayList<Edit>();
        for (var site : on(place)) {
            var name = site.callee();
            if (name == null || !MAKERS.contains(name)) {
                continue;
            }
            var call = site.call();
            if (call.arguments().isEmpty() && call.keywords().isEmpty()) {
                edits.add(layout.insertion(call.end() - 1, value(place, site)));
            } else {
                var argument = call.argument(0);
                if (argument == null && !call.keywords().isEmpty()) {
                    argument = call.keywords().getFirst().value();
                }
                if (argument instanceof Expression.Attribute attribute) {
                    option(attribute.name())
                            .ifPresent(declared ->
                                    edits.addAll(SeedOption.defaultOf(module, declared, "0")));
                }
                if (argument != null) {
                    none(argument, value(place, site)).ifPresent(edits::add);
                }
            }
        }
        return edits;
    }

    /// A seed for a generator that is made here.
    ///
    /// In a loader's worker a constant would repeat the same augmentation for every sample and
    /// worker; torch's own generator, which the loader seeds in each worker and epoch, gives a new
    /// one each time.
    private String value(Place place, CallSite site) {
        boolean worker = place.process().startsWith("worker");
        var torch = new Imports(module).nameOf("torch");
        if (!worker || torch.isEmpty()) {
            return "0";
        }
        var function = String.valueOf(place.function()).toLowerCase(Locale.ROOT);
        if (function.contains("init") && site.runsIn().node() != null) {
            return torch.get() + ".initial_seed() % 2**32";
        }
        return "int(" + torch.get() + ".randint(2**31, ()))";
    }

    /// Where a `None` comes from: itself, the default of the parameter that holds it, that of an
    /// attribute or a key which may be missing, or a constant.
    private Optional<Edit> none(Expression argument, String value) {
        if (argument instanceof Expression.Call call) {
            return missing(call, value);
        }
        if (argument instanceof Expression.Constant constant
                && constant.kind() == Expression.Constant.Kind.NONE) {
            return Optional.of(layout.replace(argument, value));
        }
        if (!(argument instanceof Expression.Name name)) {
            return Optional.empty();
        }
        var scope = module.scopeAt(argument.start());
        if (scope.node() instanceof Statement.FunctionDefinition definition) {
            for (Parameter parameter : definition.parameters()) {
                if (parameter.name().equals(name.id())
                        && parameter.fallback() instanceof Expression.Constant constant
                        && constant.kind() == Expression.Constant.Kind.NONE) {
                    return Optional.of(layout.replace(constant, "0"));
                }
            }
        }
        return assigned(name.id(), argument.start())
                .filter(found -> found instanceof Expression.Constant)
                .map(found -> layout.replace(found, "0"));
    }

    /// `getattr(config, "seed", None)` and `config.get("seed")` with a seed where there is none.
    private Optional<Edit> missing(Expression.Call call, String value) {
        boolean attribute =
                call.function() instanceof Expression.Name name && name.id().equals("getattr");
        boolean key =
                call.function() instanceof Expression.Attribute method
                        && method.name().equals("get")
                        && !module.source().slice(method.value()).contains("environ");
        if (!attribute && !key) {
            return Optional.empty();
        }
        var fallback = call.argument(attribute ? 2 : 1);
        if (fallback != null) {
            return none(fallback, value);
        }
        return key && call.arguments().size() == 1
                ? Optional.of(layout.insertion(call.end() - 1, ", " + value))
                : Optional.empty();
    }

    /// Replaces a seed that depends on the run by a constant: where the value is made, else where
    /// it is used.
    List<Edit> constant(Place place) {
        var edits = new ArrayList<Edit>();
        for (var site : on(place)) {
            var name = site.callee();
            boolean seeds =
                    name != null && (SEEDERS.contains(name) || MAKERS.contains(name))
                            || site.call().function() instanceof Expression.Attribute attribute
                                    && attribute.name().equals("manual_seed");
            if (name != null && FROM_ENTROPY.contains(name)) {
                edits.addAll(manual(site.call()));
            }
            if (seeds && site.call().arguments().isEmpty() && site.call().keywords().isEmpty()) {
                edits.add(layout.insertion(site.call().end() - 1, "0"));
            }
            if (!seeds || site.call().argument(0) == null) {
                continue;
            }
            var value = varying(made(site.call().arguments().getFirst(), MOST_HANDS));
            edits.add(layout.replace(value, constant(place, site, value)));
        }
        return edits;
    }

    /// Gives a seed to the generator objects of torch that take one from the system on a line:
    /// `generator.seed()`.
    List<Edit> generator(Place place) {
        return on(place).stream()
                .map(CallSite::call)
                .filter(call ->
                        call.function() instanceof Expression.Attribute method
                                && method.name().equals("seed")
                                && call.arguments().isEmpty()
                                && call.keywords().isEmpty())
                .flatMap(call -> manual(call).stream())
                .toList();
    }

    /// `x.seed()` as `x.manual_seed(0)`.
    private List<Edit> manual(Expression.Call call) {
        return call.function() instanceof Expression.Attribute function
                ? List.of(
                        layout.insertion(function.end() - function.name().length(), "manual_"),
                        layout.insertion(call.end() - 1, "0"))
                : List.of();
    }

    /// Where the value of an argument is made: where it was assigned, the default of the option
    /// that holds it, or what the only call of the function passes for the parameter.
    ///
    /// @param hands through how many more of them it is followed
    private Expression made(Expression argument, int hands) {
        if (hands == 0
                || !(argument instanceof Expression.Name
                        || argument instanceof Expression.Attribute)) {
            return argument;
        }
        var found = assigned(module.source().slice(argument), argument.start());
        if (found.isEmpty() && argument instanceof Expression.Attribute attribute) {
            found = optionDefault(attribute.name());
        }
        if (found.isPresent()) {
            return found.get();
        }
        var passed = argument instanceof Expression.Name name ? passed(name) : null;
        if (passed == null) {
            return argument;
        }
        var origin = made(passed, hands - 1);
        // A number that is passed on as it is makes no difference between runs: some other call
        // does.
        return origin instanceof Expression.NumberLiteral ? argument : origin;
    }

    /// What the only call of a function passes for one of its parameters; null when that cannot be
    /// said.
    private @Nullable Expression passed(Expression.Name name) {
        if (!(module.scopeAt(name.start()).node()
                instanceof Statement.FunctionDefinition function)) {
            return null;
        }
        var parameters = function.parameters().stream().map(Parameter::name).toList();
        int index = parameters.indexOf(name.id());
        var calls =
                module.calls().stream()
                        .map(CallSite::call)
                        .filter(call ->
                                call.function() instanceof Expression.Name called
                                        && called.id().equals(function.name()))
                        .toList();
        return index < 0 || calls.size() != 1 ? null : calls.getFirst().argument(index, name.id());
    }

    /// What stands for a value that differs by run: of `int(time()) + rank` the rank remains.
    private String constant(Place place, CallSite site, Expression value) {
        var own = value(place, site);
        if (own.equals("0")
                && value instanceof Expression.Binary sum
                && sum.operators().stream().allMatch(one -> one == Operator.ADD)) {
            var kept =
                    sum.operands().stream()
                            .filter(operand ->
                                    operand instanceof Expression.Name
                                            || operand instanceof Expression.Attribute)
                            .map(module.source()::slice)
                            .toList();
            return kept.isEmpty() ? own : String.join(" + ", kept);
        }
        return own;
    }

    /// The part of a value that differs by run: of `seed or time()` and of `seed if seed else
    /// time()` the one branch that calls something and is no seed itself.
    private static Expression varying(Expression value) {
        var branches =
                switch (value) {
                    case Expression.Conditional choice ->
                            List.of(choice.then(), choice.otherwise());
                    case Expression.Logical choice -> choice.operands();
                    default -> List.<Expression>of();
                };
        var made = branches.stream().filter(SiteEdits::isMade).toList();
        return made.size() == 1 ? varying(made.getFirst()) : value;
    }

    private static boolean isMade(Expression branch) {
        boolean[] calls = {false};
        boolean[] seed = {false};
        branch.walk(node -> {
            calls[0] |= node instanceof Expression.Call;
            seed[0] |=
                    node instanceof Expression.Name name && SeedValues.isSeed(name.id())
                            || node instanceof Expression.Attribute part
                                    && SeedValues.isSeed(part.name());
        });
        return calls[0] && !seed[0];
    }

    /// The last value that was assigned to a name or attribute before an offset.
    private Optional<Expression> assigned(String target, int before) {
        Expression found = null;
        for (var block : Blocks.of(module)) {
            for (var statement : block) {
                if (statement instanceof Statement.Assign assign
                        && assign.start() < before
                        && assign.targets().size() == 1
                        && module.source().slice(assign.targets().getFirst()).equals(target)
                        && (found == null || assign.start() > found.start())) {
                    found = assign.value();
                }
            }
        }
        return Optional.ofNullable(found);
    }

    /// The default of the option whose value an attribute holds.
    private Optional<Expression> optionDefault(String attribute) {
        return option(attribute).map(call -> call.keyword("default"));
    }

    /// The call that declares the option of the command line behind an attribute.
    private Optional<Expression.Call> option(String attribute) {
        for (var site : module.calls()) {
            if (site.call().function() instanceof Expression.Attribute function
                    && function.name().equals("add_argument")
                    && site.call().argument(0) instanceof Expression.StringLiteral flag
                    && flag.value().replaceFirst("^-+", "").replace('-', '_').equals(attribute)) {
                return Optional.of(site.call());
            }
        }
        return Optional.empty();
    }

    List<CallSite> on(Place place) {
        var source = module.source();
        return module.calls().stream()
                .filter(site ->
                        source.line(site.call().start()) <= place.line()
                                && place.line() <= source.line(Math.max(0, site.call().end() - 1)))
                .toList();
    }
}
