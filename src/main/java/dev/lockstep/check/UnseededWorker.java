package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Scope;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.ClassDefinition;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// LS202: a dataset draws, in loader workers, from a generator that the loader's seeding does not
/// reach.
///
/// Torch seeds itself, `random` and, since 1.9, NumPy's global generator in every worker. Generator
/// objects it does not know.
final class UnseededWorker implements Rule {
    private static final Set<String> DATASETS =
            Set.of(
                    "torch.utils.data.Dataset", "torch.utils.data.IterableDataset",
                    "torchvision.datasets.VisionDataset", "torchvision.datasets.ImageFolder",
                    "torchvision.datasets.DatasetFolder", "torch.utils.data.TensorDataset");

    private static final Set<String> OBJECTS =
            Set.of(
                    "numpy.random.default_rng",
                    "numpy.random.RandomState",
                    "random.Random",
                    "numpy.random.Generator");

    private static final Set<String> SEEDERS =
            Set.of("numpy.random.seed", "random.seed", "torch.manual_seed");

    private static final Set<String> ENTRY =
            Set.of("__getitem__", "__iter__", "__next__", "__getitems__");

    @Override
    public String hazard() {
        return "LS202";
    }

    @Override
    public Set<String> words() {
        var words = new TreeSet<>(Knowledge.table().words(Effect.Kind.OBJECT));
        words.addAll(
                Set.of(
                        "Dataset",
                        "IterableDataset",
                        "VisionDataset",
                        "worker_init_fn",
                        "ImageFolder"));
        return words;
    }

    @Override
    public boolean followsPrograms() {
        return true;
    }

    @Override
    public boolean looksEverywhere() {
        return true;
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        constantSeeds(unit, report);
        for (Call call : unit.calls()) {
            if (programs.seeding().isMadeInWorker(call)) {
                report.report(
                        Severity.ERROR,
                        call,
                        "makes a generator without a seed in a loader's worker, where torch seeds"
                                + " its own generator, Python's and NumPy's and no other; seed it"
                                + " from torch.initial_seed()",
                        Fix.display("seed it from torch.initial_seed(), as in worker_init_fn"));
            }
        }
        if (!programs.ever(Fact.WORKERS) || programs.always(Fact.WORKER_INIT)) {
            return;
        }
        Map<String, FunctionDefinition> functions = new HashMap<>();
        for (Statement statement : unit.tree().body()) {
            if (statement instanceof FunctionDefinition function) {
                functions.put(function.name(), function);
            }
        }
        for (Statement statement : unit.statements()) {
            if (statement instanceof ClassDefinition definition && isDataset(unit, definition)) {
                dataset(unit, definition, functions, programs, report);
            }
        }
    }

    private static boolean isDataset(Unit unit, ClassDefinition definition) {
        for (Expression base : definition.bases()) {
            Expression plain =
                    base instanceof Expression.Subscript generic ? generic.value() : base;
            String name = unit.name(plain);
            if (name != null && DATASETS.contains(name)) {
                return true;
            }
        }
        return false;
    }

    private static void dataset(
            Unit unit,
            ClassDefinition definition,
            Map<String, FunctionDefinition> functions,
            Programs programs,
            Reporter report) {
        Map<String, FunctionDefinition> methods = new HashMap<>();
        for (Statement statement : definition.body()) {
            if (statement instanceof FunctionDefinition function) {
                methods.put(function.name(), function);
            }
        }
        for (FunctionDefinition function : reached(methods, functions)) {
            var calls = new ArrayList<Call>();
            function.body()
                    .forEach(statement ->
                            statement.walk(node -> {
                                if (node instanceof Call call) {
                                    calls.add(call);
                                }
                            }));
            for (Call call : calls) {
                String why = unreached(unit, definition, call, programs);
                if (why != null) {
                    report.report(
                            Severity.ERROR,
                            call,
                            "in a loader's worker this draws from "
                                    + why
                                    + "; give it a seed from torch.initial_seed() in worker_init_fn",
                            Fix.display(
                                    "make the generator in worker_init_fn, seeded with torch.initial_seed()"));
                    return;
                }
            }
        }
    }

    /// The functions that a worker runs for a sample: the entry methods and what they call in this
    /// file.
    private static List<FunctionDefinition> reached(
            Map<String, FunctionDefinition> methods, Map<String, FunctionDefinition> functions) {
        var reached = new ArrayList<FunctionDefinition>();
        var seen = new HashSet<String>();
        for (String entry : List.of("__getitem__", "__iter__", "__next__", "__getitems__")) {
            FunctionDefinition function = methods.get(entry);
            if (function != null && ENTRY.contains(entry)) {
                reach(function, methods, functions, reached, seen);
            }
        }
        return reached;
    }

    private static void reach(
            FunctionDefinition function,
            Map<String, FunctionDefinition> methods,
            Map<String, FunctionDefinition> functions,
            List<FunctionDefinition> reached,
            Set<String> seen) {
        if (!seen.add(function.name() + "@" + function.start())) {
            return;
        }
        reached.add(function);
        for (Statement statement : function.body()) {
            statement.walk(node -> {
                if (!(node instanceof Call call)) {
                    return;
                }
                FunctionDefinition next =
                        switch (call.function()) {
                            case Name name -> functions.get(name.id());
                            case Attribute attribute ->
                                    attribute.value() instanceof Name self
                                                    && self.id().equals("self")
                                            ? methods.get(attribute.name())
                                            : null;
                            default -> null;
                        };
                if (next != null) {
                    reach(next, methods, functions, reached, seen);
                }
            });
        }
    }

    /// Says from what a call draws when the loader's seeding does not reach it, else null.
    private static @Nullable String unreached(
            Unit unit, ClassDefinition definition, Call call, Programs programs) {
        if (!(call.function() instanceof Attribute method)) {
            return null;
        }
        String name = unit.name(method);
        if (name != null
                && name.startsWith("numpy.random.")
                && !OBJECTS.contains(name)
                && !name.equals("numpy.random.seed")
                && programs.torch() != null
                && programs.torch().before(1, 9)) {
            return "NumPy's global generator, which torch before 1.9 does not seed there";
        }
        if (method.value() instanceof Attribute attribute
                && attribute.value() instanceof Name self
                && self.id().equals("self")) {
            if (isSeeded(unit, definition, method.value())) {
                return null;
            }
            boolean object = false;
            for (Expression value : unit.attributeValues(definition, attribute.name())) {
                object |= isUnseeded(unit, value) && !programs.seeding().isMadeInWorker(value);
            }
            return object
                    ? "the object `self."
                            + attribute.name()
                            + "`, which is made without a seed and which torch does not seed there"
                    : null;
        }
        if (method.value() instanceof Name variable
                && unit.function(call) instanceof FunctionDefinition
                && isModuleVariable(unit, variable)
                && unit.value(variable) instanceof Call made
                && isUnseeded(unit, made)) {
            return "the object `"
                    + variable.id()
                    + "`, which is made without a seed and which torch does not seed there";
        }
        return null;
    }

    /// Whether a method of the class seeds the object: `self.rng.seed(…)`.
    private static boolean isSeeded(Unit unit, ClassDefinition definition, Expression object) {
        String text = unit.source().slice(object);
        return unit.calls().stream()
                .anyMatch(call ->
                        call.function() instanceof Attribute method
                                && method.name().equals("seed")
                                && !call.arguments().isEmpty()
                                && unit.classAround(call) == definition
                                && unit.source().slice(method.value()).equals(text));
    }

    private static boolean isModuleVariable(Unit unit, Name name) {
        Scope declaring = unit.declaring(name);
        return declaring != null && declaring.kind() == Scope.Kind.MODULE;
    }

    private static boolean isUnseeded(Unit unit, Expression value) {
        if (!(value instanceof Call call) || call.isOpen()) {
            return false;
        }
        String name = unit.name(call.function());
        if (name == null || !OBJECTS.contains(name)) {
            return false;
        }
        if (name.equals("numpy.random.Generator")) {
            return call.argument(0) instanceof Call bits
                    && bits.arguments().isEmpty()
                    && bits.keywords().isEmpty();
        }
        Expression seed = call.argument(0);
        if (seed == null && !call.keywords().isEmpty()) {
            seed = call.keywords().getFirst().value();
        }
        return seed == null || FactFinder.isFalse(seed);
    }

    /// A `worker_init_fn` that seeds with a constant gives every worker and every epoch the same
    /// numbers.
    private static void constantSeeds(Unit unit, Reporter report) {
        var initialisers = new HashSet<String>();
        for (Call call : unit.calls()) {
            if (call.keyword("worker_init_fn") instanceof Name name) {
                initialisers.add(name.id());
            }
        }
        if (initialisers.isEmpty()) {
            return;
        }
        for (Unit.Named named : unit.named()) {
            if (SEEDERS.contains(named.name())
                    && unit.function(named.call()) instanceof FunctionDefinition definition
                    && initialisers.contains(definition.name())
                    && named.call().argument(0) instanceof Expression.NumberLiteral) {
                report.report(
                        Severity.WARNING,
                        named.call(),
                        "seeds every worker with the same number, so all workers and all epochs draw"
                                + " the same; use torch.initial_seed() % 2**32",
                        Fix.display("seed with torch.initial_seed() % 2**32"));
            }
        }
    }
}
