package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Node;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the seeds that a script has already, in the order in which an engineer would take them: an
/// option of the command line, a field of the configuration, an entry that is read somewhere, a
/// constant.
final class SeedValues {
    private final Reached reached;
    private final List<SeedValue> found = new ArrayList<>();

    private SeedValues(Reached reached) {
        this.reached = reached;
    }

    /// The seeds of all files that a script runs, the best one first.
    static List<SeedValue> of(Reached reached) {
        var values = new SeedValues(reached);
        var option = SeedOption.of(reached);
        if (option != null) {
            for (var module : reached.modules()) {
                values.found.addAll(option.values(module));
            }
        }
        for (var module : reached.modules()) {
            values.fields(module);
        }
        for (var module : reached.modules()) {
            values.reads(module);
        }
        var configuration = Configuration.of(reached);
        for (var module : reached.modules()) {
            values.files(module, configuration);
        }
        values.constants(reached.entry());
        return values.found.stream()
                .filter(value -> reached.runs(value.position().block()))
                .toList();
    }

    static boolean isNone(@Nullable Expression expression) {
        return expression instanceof Expression.Constant constant
                && constant.kind() == Expression.Constant.Kind.NONE;
    }

    static @Nullable String target(Statement.Assign assign) {
        var target = assign.targets().getFirst();
        if (target instanceof Expression.TupleDisplay pair && !pair.elements().isEmpty()) {
            target = pair.elements().getFirst();
        }
        return target instanceof Expression.Name name ? name.id() : null;
    }

    /// `config.seed` behind `config = Config()`, when the class says `seed: int = 1`; else
    /// `Config.seed`.
    private void fields(PythonModule module) {
        for (var block : Blocks.all(module)) {
            for (var statement : block.statements()) {
                if (statement instanceof Statement.Assign assign
                        && assign.value() instanceof Expression.Call call
                        && target(assign) != null) {
                    var made =
                            switch (module.symbol(call.function())) {
                                case Symbol.Class one -> one;
                                case Symbol.Function one -> one.owner();
                                case null, default -> Started.filled(module, call);
                            };
                    var field = made == null ? null : field(made.definition());
                    if (field != null) {
                        found.add(SeedValue.behind(block, assign, target(assign) + "." + field));
                    }
                }
            }
        }
        Started.in(module)
                .forEach(one -> atStart(one.module(), one.function(), one.text(), List.of()));
        if (module == reached.entry()) {
            for (var statement : module.tree().body()) {
                if (statement instanceof Statement.ClassDefinition definition
                        && field(definition) != null) {
                    found.add(
                            SeedValue.behind(
                                    Blocks.all(module).getFirst(),
                                    definition,
                                    definition.name() + "." + field(definition)));
                }
            }
        }
    }

    private void atStart(
            PythonModule module,
            Statement.FunctionDefinition function,
            String text,
            List<Edit> edits) {
        SeedValue.atStart(module, function, text, edits).ifPresent(found::add);
    }

    /// The field of a class that is a seed, or null.
    static @Nullable String field(Statement.ClassDefinition definition) {
        for (var inner : definition.body()) {
            var name = whole(inner);
            if (name != null) {
                return name;
            }
        }
        return null;
    }

    /// The name of a seed that a statement sets to a whole number.
    private static @Nullable String whole(Statement statement) {
        var target =
                switch (statement) {
                    case Statement.AnnotatedAssign field -> field.target();
                    case Statement.Assign field -> field.targets().getFirst();
                    default -> null;
                };
        var value =
                switch (statement) {
                    case Statement.AnnotatedAssign field -> field.value();
                    case Statement.Assign field -> field.value();
                    default -> null;
                };
        return target instanceof Expression.Name name
                        && isSeed(name.id())
                        && value instanceof Expression.NumberLiteral number
                        && number.isWhole()
                ? name.id()
                : null;
    }

    /// `cfg["seed"]`, where the file writes that itself or spells the dictionary out.
    private void reads(PythonModule module) {
        for (var block : Blocks.all(module)) {
            for (var statement : block.statements()) {
                if (statement instanceof Statement.Assign assign && target(assign) != null) {
                    entry(module, block, assign).map(SeedValues::behindWith).ifPresent(found::add);
                }
                if (statement instanceof Statement.FunctionDefinition function
                        && !function.decorators().isEmpty()) {
                    for (Parameter parameter : function.parameters()) {
                        read(module, parameter.name(), function)
                                .filter(_ -> !isTested(module, parameter.name()))
                                .ifPresent(text -> atStart(module, function, text, List.of()));
                    }
                }
            }
        }
    }

    /// `cfg.seed` and its like, where the configuration file says it and no line reads it yet.
    private void files(PythonModule module, Configuration configuration) {
        for (var block : Blocks.all(module)) {
            for (var statement : block.statements()) {
                if (statement instanceof Statement.Assign assign
                        && target(assign) instanceof String name) {
                    configuration
                            .read(module, name, assign.value())
                            .filter(_ -> !isTested(module, name))
                            .map(seed ->
                                    new SeedValue(
                                            seed.text(),
                                            Position.behind(block, assign),
                                            seed.edits()))
                            .map(SeedValues::behindWith)
                            .ifPresent(found::add);
                }
                if (statement instanceof Statement.FunctionDefinition function) {
                    configuration
                            .hydra(module, function)
                            .filter(_ -> !isTested(module, function.parameters().getFirst().name()))
                            .ifPresent(
                                    seed -> atStart(module, function, seed.text(), seed.edits()));
                }
            }
        }
    }

    /// Whether a file asks first whether the configuration that a name holds has a seed.
    private static boolean isTested(PythonModule module, String name) {
        boolean[] tested = {false};
        for (var statement : module.tree().body()) {
            statement.walk(node -> {
                if (node instanceof Statement.If choice) {
                    choice.branches()
                            .forEach(branch -> tested[0] |= readsSeed(branch.test(), name));
                }
            });
        }
        return tested[0];
    }

    private static boolean readsSeed(Expression test, String name) {
        boolean[] reads = {false};
        test.walk(node ->
                reads[0] |=
                        node instanceof Expression part
                                && !Configuration.keys(part).isEmpty()
                                && Statements.mentions(part, Set.of(name)));
        return reads[0];
    }

    /// A value that is read while a file is open is known behind the `with`.
    private static SeedValue behindWith(SeedValue value) {
        var block = value.position().block();
        for (var outer : Blocks.all(block.module())) {
            for (var statement : outer.statements()) {
                if (statement instanceof Statement.With with && with.body() == block.statements()) {
                    return behindWith(
                            new SeedValue(
                                    value.text(), Position.behind(outer, with), value.edits()));
                }
            }
        }
        return value;
    }

    private static Optional<SeedValue> entry(
            PythonModule module, Block block, Statement.Assign assign) {
        var name = Objects.requireNonNull(target(assign));
        if (assign.value() instanceof Expression.DictDisplay dictionary) {
            for (var item : dictionary.items()) {
                if (item.key() instanceof Expression.StringLiteral key
                        && isSeed(key.value())
                        && item.value() instanceof Expression.NumberLiteral) {
                    return Optional.of(
                            SeedValue.behind(
                                    block, assign, name + "[" + module.source().slice(key) + "]"));
                }
            }
            return Optional.empty();
        }
        if (!(assign.value() instanceof Expression.Call)) {
            return Optional.empty();
        }
        return read(module, name, block.function())
                .filter(_ -> !isTested(module, name))
                .map(text -> SeedValue.behind(block, assign, text));
    }

    /// How a file reads the seed of a configuration that a name holds.
    private static Optional<String> read(PythonModule module, String name, @Nullable Node within) {
        var texts = new ArrayList<Expression>();
        var called = new ArrayList<Expression>();
        var roots = within == null ? module.tree().body() : List.of((Statement) within);
        for (var root : roots) {
            root.walk(node -> {
                switch (node) {
                    case Expression.Call call -> called.add(call.function());
                    case Expression.Subscript part
                            when isName(part.value(), name)
                                    && part.index() instanceof Expression.StringLiteral key
                                    && isSeed(key.value()) ->
                            texts.add(part);
                    case Expression.Attribute part
                            when isName(part.value(), name) && isSeed(part.name()) ->
                            texts.add(part);
                    default -> {}
                }
            });
        }
        return texts.stream()
                .filter(text -> called.stream().noneMatch(function -> function == text))
                .min(Comparator.comparingInt(Expression::start))
                .map(module.source()::slice);
    }

    private static boolean isName(Expression expression, String name) {
        return expression instanceof Expression.Name one && one.id().equals(name);
    }

    /// `SEED = 1` at the top of the file.
    private void constants(PythonModule module) {
        for (var statement : module.tree().body()) {
            var name = whole(statement);
            if (name != null) {
                found.add(
                        SeedValue.behind(
                                Blocks.all(module).getFirst(),
                                lastConstant(module, statement),
                                name));
            }
        }
    }

    /// The last of the constants that stand together with this one.
    private static Statement lastConstant(PythonModule module, Statement constant) {
        var layout = new Layout(module.source());
        var last = constant;
        for (var statement : module.tree().body()) {
            if (statement.start() > last.start()) {
                if (!(statement instanceof Statement.Assign)
                        || layout.firstLine(statement) != layout.lastLine(last) + 1
                        || calls(statement)) {
                    break;
                }
                last = statement;
            }
        }
        return last;
    }

    private static boolean calls(Statement statement) {
        boolean[] found = {false};
        statement.walk(node -> found[0] |= node instanceof Expression.Call);
        return found[0];
    }

    static boolean isSeed(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("seed")
                || lower.endsWith("_seed")
                || lower.equals("manualseed")
                || lower.equals("randomseed")
                || lower.startsWith("seed_");
    }
}
