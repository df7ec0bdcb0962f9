package dev.lockstep.check;

import dev.lockstep.source.CallSite;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.FormattedString;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.Expression.Subscript;
import dev.lockstep.source.Node;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.Assert;
import dev.lockstep.source.Statement.Assign;
import dev.lockstep.source.Statement.ExpressionStatement;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Statement.If;
import dev.lockstep.source.Statement.Import;
import dev.lockstep.source.Statement.ImportFrom;
import dev.lockstep.source.Statement.Pass;
import dev.lockstep.source.Statement.With;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Programs that only try something: nobody keeps what comes out, so what they draw is no result.
///
/// Told by the main guard of a module and the functions beside it that it calls.
final class Trials {
    /// How functions are called that test the module they stand in.
    private static final Pattern TESTS =
            Pattern.compile("_test|_?test_\\w+|_?(self|unit|smoke)_?tests?|_?demo");

    private static final Pattern PRINT = Pattern.compile("print");

    /// Attributes, methods and functions that only tell of what form or how large something is.
    private static final Set<String> SHAPES =
            Set.of("shape", "size", "dtype", "numel", "ndim", "len");

    /// Calls of what learns, measures, asks for options, or keeps something.
    private static final Pattern KEEPS =
            Pattern.compile(
                    "(?i)(^|_)(train|fit|learn|save|write|dump|export|eval|evaluate|test|predict|infer"
                            + "|inference|run|main|launch|fire|cli|app|sweep|search|optimi[sz]e|args?"
                            + "|config|load_state_dict|from_pretrained)(_|$)"
                            + "|^to_(csv|json|parquet|pickle)$|argument|trainer|writer|savefig");

    /// Calls whose result nobody takes and that change nothing which outlives the program.
    private static final Pattern SHOWS =
            Pattern.compile(
                    "(p?print|\\w*show|\\w*plot|scatter|hist|bar|figure|title|[xy]label|legend|grid|tight_layout"
                            + "|axis|close|render|set_trace|breakpoint|embed|backward|reset|step|zero_grad"
                            + "|seed|manual_seed|set_\\w+|seed_\\w+|info|debug|warning|log|basicConfig"
                            + "|cuda|cpu|to|append|extend|update|add|sleep|exit|filterwarnings|simplefilter"
                            + "|synchronize|empty_cache)");

    /// How what changes a learning rate is called.
    private static final Pattern SCHEDULE = Pattern.compile("(?i)sched");

    private static final Pattern BENCHMARKS = Pattern.compile("(^|/)benchmarks?/");

    private static final Pattern BENCHMARK =
            Pattern.compile("(^|[/_])bench(mark(s|ing)?)?(_[^/]*)?\\.(py|ipynb)$");

    /// Calls of what gives more than a time.
    private static final Pattern RESULTS =
            Pattern.compile("(^|_)(fit|train|save|dump|to_csv|accuracy|score|evaluate)(_|$)");

    /// Functions that read the clock.
    private static final Pattern CLOCK =
            Pattern.compile(
                    "(time\\.)?(time|perf_counter|monotonic|process_time)(_ns)?|timeit(\\..*)?"
                            + "|datetime(\\.datetime)?\\.now|torch\\.utils\\.benchmark.*|triton\\.testing.*"
                            + "|torch\\.cuda\\.Event");

    private Trials() {}

    /// Whether all that a module does when it is run is to call what tests it.
    static boolean isTest(PythonModule module) {
        If guard = module.mainGuard();
        return guard != null
                && guard.branches().getFirst().body().stream()
                        .allMatch(statement -> calls(statement, TESTS) != null);
    }

    /// Whether all that a module tells when it is run is the shapes of what it makes.
    static boolean showsShapes(PythonModule module) {
        If guard = module.mainGuard();
        return guard != null && tells(guard.branches().getFirst().body()) > 0;
    }

    /// Whether a module makes something, when it is run, and shows it to a person: it asks for no
    /// options, learns no weights and keeps nothing.
    static boolean isDemonstration(PythonModule module) {
        If guard = module.mainGuard();
        return guard != null && shows(module, guard.branches().getFirst().body(), new HashSet<>());
    }

    /// Whether a file takes times, as its name or its folder says, and nothing in it learns: what
    /// it computes is dropped.
    static boolean isForTimes(Unit unit) {
        String path = unit.path();
        return (BENCHMARK.matcher(path).find() || BENCHMARKS.matcher(path).find())
                && !unit.source().text().contains("optim");
    }

    /// Whether a program measures times alone, as its name and its calls say.
    static boolean isBenchmark(PythonModule module) {
        if (!BENCHMARK.matcher(module.path()).find()) {
            return false;
        }
        boolean times = false;
        for (CallSite site : module.calls()) {
            if (RESULTS.matcher(OrderFlow.shortName(site.call())).find()) {
                return false;
            }
            String name = module.resolve(site.call().function());
            times |= name != null && CLOCK.matcher(name).matches();
        }
        return times;
    }

    private static boolean shows(
            PythonModule module, List<Statement> body, Set<FunctionDefinition> seen) {
        boolean[] only = {true};
        for (Statement statement : body) {
            statement.walk(node -> only[0] = only[0] && shows(module, node, seen));
        }
        return only[0];
    }

    private static boolean shows(PythonModule module, Node node, Set<FunctionDefinition> seen) {
        return switch (node) {
            case Attribute attribute -> !attribute.name().equals("argv");
            case Call call -> {
                FunctionDefinition own = own(module, call);
                if (own != null) {
                    yield own.decorators().isEmpty()
                            && (!seen.add(own) || shows(module, own.body(), seen));
                }
                yield !KEEPS.matcher(OrderFlow.shortName(call)).find() && !isOptimizerStep(call);
            }
            case ExpressionStatement statement ->
                    !(statement.expression() instanceof Call call)
                            || own(module, call) != null
                            || SHOWS.matcher(OrderFlow.shortName(call)).matches();
            default -> true;
        };
    }

    /// `optimizer.step()`: an environment's step has an action, and a schedule of rates changes no
    /// weights.
    private static boolean isOptimizerStep(Call call) {
        return OrderFlow.isCall(call, "step")
                && call.arguments().isEmpty()
                && !(call.function() instanceof Attribute step
                        && step.value() instanceof Name of
                        && SCHEDULE.matcher(of.id()).find());
    }

    /// The function of the module that a call by its plain name means, or null.
    private static @Nullable FunctionDefinition own(PythonModule module, Call call) {
        if (call.function() instanceof Name name) {
            for (Statement statement : module.tree().body()) {
                if (statement instanceof FunctionDefinition f && f.name().equals(name.id())) {
                    return f;
                }
            }
        }
        return null;
    }

    /// How many shapes are printed or asserted; none where anything else is done than to make and
    /// name something.
    private static int tells(List<Statement> body) {
        int told = 0;
        for (Statement statement : body) {
            int more =
                    switch (statement) {
                        case Assert _ -> 1;
                        case ExpressionStatement _ -> isOfShapes(calls(statement, PRINT)) ? 1 : -1;
                        case With with -> tells(with.body());
                        case Assign _, Import _, ImportFrom _, Pass _ -> 0;
                        default -> -1;
                    };
            if (more < 0) {
                return -1;
            }
            told += more;
        }
        return told;
    }

    private static boolean isOfShapes(@Nullable Call print) {
        return print != null && print.arguments().stream().allMatch(Trials::isShape);
    }

    /// Whether an expression only tells of what form or how large something is.
    private static boolean isShape(Expression expression) {
        return switch (expression) {
            case StringLiteral _ -> true;
            case Attribute a -> SHAPES.contains(a.name());
            case Call c ->
                    SHAPES.contains(OrderFlow.shortName(c))
                            || OrderFlow.isCall(c, "tuple")
                                    && c.arguments().stream().allMatch(Trials::isShape);
            case Subscript s -> isShape(s.value());
            case FormattedString f -> f.fields().stream().allMatch(Trials::isShape);
            default -> false;
        };
    }

    /// The call that a statement is, of a function of such a name; or null.
    private static @Nullable Call calls(Statement statement, Pattern names) {
        return statement instanceof ExpressionStatement s
                        && s.expression() instanceof Call call
                        && call.function() instanceof Name name
                        && names.matcher(name.id()).matches()
                ? call
                : null;
    }
}
