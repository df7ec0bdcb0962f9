package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Node;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The option `--seed` of a script's command line.
///
/// @param name the attribute or parameter that holds it
/// @param edits what gives it a value where it has none
record SeedOption(String name, List<Edit> edits) {
    private static final Set<String> PARSES =
            Set.of("parse_args", "parse_known_args", "parse_args_into_dataclasses");

    private static final Pattern NO_DEFAULT =
            Pattern.compile("(?i)default(?: is|:|=) ?(none|random)\\b");

    /// `(random if omitted)`.
    private static final Pattern WITHOUT =
            Pattern.compile(
                    "(?i)\\((?:random|unseeded|not seeded|no seed) (?:if|when)"
                            + " (?:omitted|none|unset|not (?:given|set|specified|provided))\\)");

    SeedOption {
        edits = List.copyOf(edits);
    }

    /// The first such option of the files that a script runs, or null.
    static @Nullable SeedOption of(Reached reached) {
        for (var module : reached.modules()) {
            for (var site : module.calls()) {
                var call = site.call();
                var flag = seedFlag(call);
                if (flag != null && reached.runs(around(module, call))) {
                    var name =
                            call.keyword("dest") instanceof Expression.StringLiteral text
                                    ? text.value()
                                    : nameOf(flag);
                    return new SeedOption(name, defaultOf(module, call, "0"));
                }
            }
        }
        return null;
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
                    && SeedValues.isSeed(nameOf(flag.value()))) {
                return flag.value();
            }
        }
        return null;
    }

    /// The name under which parsing gives the value of a flag.
    static String nameOf(String flag) {
        return flag.replaceFirst("^-+", "").replace('-', '_');
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
        if (!SeedValues.isNone(standard)) {
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
        var said =
                matcher.find()
                        ? text.substring(0, matcher.start(1))
                                + value
                                + text.substring(matcher.end(1))
                        : WITHOUT.matcher(text).replaceFirst("(default: " + value + ")");
        return said.equals(text)
                ? List.of()
                : List.of(new Layout(module.source()).replace(help, said));
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
        return Objects.requireNonNull(found);
    }

    /// The seeds that a file reads from the option: behind `args = parser.parse_args()`, in a
    /// function that is called with what that gives, in a function that `click` calls.
    List<SeedValue> values(PythonModule module) {
        var found = new ArrayList<SeedValue>();
        for (var block : Blocks.all(module)) {
            for (var statement : block.statements()) {
                if (statement instanceof Statement.Assign assign
                        && parses(module, assign.value(), 3)) {
                    var holder = SeedValues.target(assign);
                    if (holder != null) {
                        found.add(
                                new SeedValue(
                                        holder + "." + name,
                                        Position.behind(block, assign),
                                        edits));
                    }
                }
                if (statement instanceof Statement.FunctionDefinition function
                        && isClicked(function)) {
                    SeedValue.atStart(module, function, name, edits).ifPresent(found::add);
                }
            }
        }
        for (var site : module.calls()) {
            if (site.symbol() instanceof Symbol.Function function) {
                handed(module, site.call(), function, found);
            }
        }
        return found;
    }

    private boolean isClicked(Statement.FunctionDefinition function) {
        return function.decorators().stream()
                        .anyMatch(one ->
                                one.expression() instanceof Expression.Call call
                                        && seedFlag(call) != null)
                && function.parameters().stream().anyMatch(one -> one.name().equals(name));
    }

    private void handed(
            PythonModule module,
            Expression.Call call,
            Symbol.Function function,
            List<SeedValue> into) {
        var parameters = function.definition().parameters();
        for (int k = 0; k < Math.min(call.arguments().size(), parameters.size()); k++) {
            if (parses(module, call.arguments().get(k), 3)) {
                SeedValue.atStart(
                                function.module(),
                                function.definition(),
                                parameters.get(k).name() + "." + name,
                                edits)
                        .ifPresent(into::add);
            }
        }
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
                                                                            .equals(
                                                                                    SeedValues
                                                                                            .target(
                                                                                                    assign))
                                                                    && parses(
                                                                            function.module(),
                                                                            assign.value(),
                                                                            depth - 1));
                }
            });
        }
        return found[0];
    }
}
