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
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the seeds that a script has already, in the order in which an engineer would take them: an
/// option of the command line, a field of the configuration, an entry that is read somewhere, a
/// constant.
final class SeedValues {
    private static final Set<String> PARSES =
            Set.of("parse_args", "parse_known_args", "parse_args_into_dataclasses");

    private static final Pattern NO_DEFAULT =
            Pattern.compile("(?i)default(?: is|:|=) ?(none|random)\\b");

    private final Reached reached;
    private final List<SeedValue> found = new ArrayList<>();

    private SeedValues(Reached reached) {
        this.reached = reached;
    }

    /// The seeds of all files that a script runs, the best one first.
    static List<SeedValue> of(Reached reached) {
        var values = new SeedValues(reached);
        var option = values.option();
        if (option != null) {
            for (var module : reached.modules()) {
                values.parsed(module, option);
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
                .filter(value -> value.block() == null || reached.runs(value.block()))
                .toList();
    }

    /// An option `--seed`.
    ///
    /// @param name the attribute that holds it
    /// @param standard its default, or null when none is written
    /// @param given what gives it a value where it has none
    private record SeedOption(String name, List<Edit> given) {}

    private @Nullable SeedOption option() {
        SeedOption found = null;
        for (var module : reached.modules()) {
            for (var site : module.calls()) {
                var call = site.call();
                var flag = seedFlag(call);
                if (flag == null || found != null || !reached.runs(around(module, call))) {
                    continue;
                }
                var named = call.keyword("dest");
                found =
                        new SeedOption(
                                named instanceof Expression.StringLiteral text
                                        ? text.value()
                                        : flag.replaceFirst("^-+", "").replace('-', '_'),
                                defaultOf(module, call, "0"));
            }
        }
        return found;
    }

    private static @Nullable String seedFlag(Expression.Call call) {
        if (!(call.function() instanceof Expression.Attribute attribute)
                || !Set.of("add_argument", "option").contains(attribute.name())
                || isFlag(call)) {
            return null;
        }
        for (var argument : call.arguments()) {
            if (argument instanceof Expression.StringLiteral flag
                    && flag.value().startsWith("--")
                    && isSeed(flag.value().substring(2).replace('-', '_'))) {
                return flag.value();
            }
        }
        return null;
    }

    /// Whether an option says only yes or no, as `--use-seed` does.
    static boolean isFlag(Expression.Call option) {
        return option.keyword("action") != null
                || option.keyword("is_flag") != null
                || option.keyword("type") instanceof Expression.Name type
                        && !type.id().equals("int");
    }

    /// The edit that gives an option a default where it has none.
    static List<Edit> defaultOf(PythonModule module, Expression.Call call, String value) {
        var layout = new Layout(module.source());
        var standard = call.keyword("default");
        if (standard == null) {
            if (call.keyword("required") != null) {
                return List.of();
            }
            var edits = new ArrayList<Edit>();
            var help = call.keywords().isEmpty() ? null : call.keywords().getLast();
            if (help != null && "help".equals(help.name())) {
                edits.add(layout.insertion(help.start(), "default=" + value + ", "));
            } else {
                int at = help == null ? call.arguments().getLast().end() : help.end();
                edits.add(layout.insertion(at, ", default=" + value));
            }
            edits.addAll(told(module, call, value));
            return edits;
        }
        if (!isNone(standard)) {
            return List.of();
        }
        var edits = new ArrayList<Edit>(told(module, call, value));
        edits.add(layout.replace(standard, value));
        return edits;
    }

    /// The edit of a help text that says that there is no default.
    private static List<Edit> told(PythonModule module, Expression.Call call, String value) {
        if (!(call.keyword("help") instanceof Expression.StringLiteral help)) {
            return List.of();
        }
        var text = module.source().slice(help);
        var matcher = NO_DEFAULT.matcher(text);
        return matcher.find()
                ? List.of(
                        new Layout(module.source())
                                .replace(
                                        help,
                                        text.substring(0, matcher.start(1))
                                                + value
                                                + text.substring(matcher.end(1))))
                : List.of();
    }

    static boolean isNone(@Nullable Expression expression) {
        return expression instanceof Expression.Constant constant
                && constant.kind() == Expression.Constant.Kind.NONE;
    }

    private static Block around(PythonModule module, Node node) {
        Block found = null;
        for (var block : Blocks.all(module)) {
            boolean holds =
                    !block.statements().isEmpty()
                            && block.statements().getFirst().start() <= node.start()
                            && node.end() <= block.statements().getLast().end();
            if (holds || found == null) {
                found = block;
            }
        }
        return java.util.Objects.requireNonNull(found);
    }

    /// Where the option has its value: behind `args = parser.parse_args()`, in a function that is
    /// called with what that gives, in a function that `click` calls.
    private void parsed(PythonModule module, SeedOption option) {
        for (var block : Blocks.all(module)) {
            for (var statement : block.statements()) {
                if (statement instanceof Statement.Assign assign
                        && parses(module, assign.value(), 3)) {
                    var name = target(assign);
                    if (name != null) {
                        found.add(
                                new SeedValue(
                                        name + "." + option.name(),
                                        block,
                                        assign,
                                        true,
                                        option.given()));
                    }
                }
                if (statement instanceof Statement.FunctionDefinition function) {
                    clicked(module, function, option);
                }
            }
        }
        for (var site : module.calls()) {
            if (site.symbol() instanceof Symbol.Function function) {
                for (int k = 0; k < site.call().arguments().size(); k++) {
                    if (parses(module, site.call().arguments().get(k), 3)
                            && k < function.definition().parameters().size()) {
                        var parameter = function.definition().parameters().get(k);
                        head(
                                function.module(),
                                function.definition(),
                                parameter.name() + "." + option.name(),
                                option.given());
                    }
                }
            }
        }
    }

    private void clicked(
            PythonModule module, Statement.FunctionDefinition function, SeedOption option) {
        boolean decorated =
                function.decorators().stream()
                        .anyMatch(one ->
                                one.expression() instanceof Expression.Call call
                                        && seedFlag(call) != null);
        boolean takes =
                function.parameters().stream().anyMatch(one -> one.name().equals(option.name()));
        if (decorated && takes) {
            head(module, function, option.name(), option.given());
        }
    }

    /// A value that a function has from its start.
    private void head(
            PythonModule module,
            Statement.FunctionDefinition function,
            String text,
            List<Edit> edits) {
        Blocks.all(module).stream()
                .filter(block -> block.statements() == function.body())
                .findFirst()
                .ifPresent(block -> {
                    var first = first(function.body());
                    found.add(
                            first == null
                                    ? new SeedValue(
                                            text, block, function.body().getFirst(), true, edits)
                                    : new SeedValue(text, block, first, false, edits));
                });
    }

    /// The first statement behind a docstring.
    static @Nullable Statement first(List<Statement> body) {
        for (var statement : body) {
            if (!(statement instanceof Statement.ExpressionStatement line
                    && line.expression() instanceof Expression.StringLiteral)) {
                return statement;
            }
        }
        return null;
    }

    /// Whether an expression is what parsing the command line gives, also by way of a function of
    /// the project.
    private static boolean parses(PythonModule module, Expression value, int depth) {
        if (!(value instanceof Expression.Call call) || depth == 0) {
            return false;
        }
        if (call.function() instanceof Expression.Attribute attribute
                && PARSES.contains(attribute.name())) {
            return true;
        }
        return module.symbol(call.function()) instanceof Symbol.Function function
                && returnsParsed(function, depth);
    }

    private static boolean returnsParsed(Symbol.Function function, int depth) {
        var body = function.definition().body();
        boolean[] found = {false};
        for (var statement : body) {
            statement.walk(node -> {
                if (node instanceof Statement.Return back && back.value() != null) {
                    found[0] |=
                            parses(function.module(), back.value(), depth - 1)
                                    || back.value() instanceof Expression.Name name
                                            && body.stream()
                                                    .anyMatch(one ->
                                                            one instanceof Statement.Assign assign
                                                                    && name.id()
                                                                            .equals(target(assign))
                                                                    && parses(
                                                                            function.module(),
                                                                            assign.value(),
                                                                            depth - 1));
                }
            });
        }
        return found[0];
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
                        found.add(
                                new SeedValue(
                                        target(assign) + "." + field,
                                        block,
                                        assign,
                                        true,
                                        List.of()));
                    }
                }
            }
        }
        Started.in(module)
                .forEach(one -> head(one.module(), one.function(), one.text(), List.of()));
        if (module == reached.entry()) {
            for (var statement : module.tree().body()) {
                if (statement instanceof Statement.ClassDefinition definition
                        && field(definition) != null) {
                    found.add(
                            new SeedValue(
                                    definition.name() + "." + field(definition),
                                    Blocks.all(module).getFirst(),
                                    definition,
                                    true,
                                    List.of()));
                }
            }
        }
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
                                .ifPresent(text -> head(module, function, text, List.of()));
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
                                    new SeedValue(seed.text(), block, assign, true, seed.edits()))
                            .map(SeedValues::behindWith)
                            .ifPresent(found::add);
                }
                if (statement instanceof Statement.FunctionDefinition function) {
                    configuration
                            .hydra(module, function)
                            .filter(_ -> !isTested(module, function.parameters().getFirst().name()))
                            .ifPresent(seed -> head(module, function, seed.text(), seed.edits()));
                }
            }
        }
    }

    /// Whether a file asks first whether the configuration that a name holds has a seed.
    private static boolean isTested(PythonModule module, String name) {
        boolean[] tested = {false};
        module.tree()
                .body()
                .forEach(statement ->
                        statement.walk(node -> {
                            if (node instanceof Statement.If choice) {
                                choice.branches()
                                        .forEach(branch ->
                                                branch.test()
                                                        .walk(part ->
                                                                tested[0] |=
                                                                        part
                                                                                        instanceof
                                                                                        Expression
                                                                                                read
                                                                                && !(read
                                                                                        instanceof
                                                                                        Expression
                                                                                                .Name)
                                                                                && !Configuration
                                                                                        .keys(read)
                                                                                        .isEmpty()
                                                                                && touches(
                                                                                        read,
                                                                                        name)));
                            }
                        }));
        return tested[0];
    }

    private static boolean touches(Node node, String name) {
        boolean[] found = {false};
        node.walk(
                inner -> found[0] |= inner instanceof Expression.Name one && one.id().equals(name));
        return found[0];
    }

    /// A value that is read while a file is open is known behind the `with`.
    private static SeedValue behindWith(SeedValue value) {
        var block = java.util.Objects.requireNonNull(value.block());
        for (var outer : Blocks.all(block.module())) {
            for (var statement : outer.statements()) {
                if (statement instanceof Statement.With with && with.body() == block.statements()) {
                    return behindWith(
                            new SeedValue(value.text(), outer, with, true, value.edits()));
                }
            }
        }
        return value;
    }

    private static Optional<SeedValue> entry(
            PythonModule module, Block block, Statement.Assign assign) {
        var name = java.util.Objects.requireNonNull(target(assign));
        if (assign.value() instanceof Expression.DictDisplay dictionary) {
            for (var item : dictionary.items()) {
                if (item.key() instanceof Expression.StringLiteral key
                        && isSeed(key.value())
                        && item.value() instanceof Expression.NumberLiteral) {
                    return Optional.of(
                            new SeedValue(
                                    name + "[" + module.source().slice(key) + "]",
                                    block,
                                    assign,
                                    true,
                                    List.of()));
                }
            }
            return Optional.empty();
        }
        if (!(assign.value() instanceof Expression.Call)) {
            return Optional.empty();
        }
        return read(module, name, block.function())
                .filter(_ -> !isTested(module, name))
                .map(text -> new SeedValue(text, block, assign, true, List.of()));
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
                        new SeedValue(
                                name,
                                Blocks.all(module).getFirst(),
                                lastConstant(module, statement),
                                true,
                                List.of()));
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
