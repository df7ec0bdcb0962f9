package dev.lockstep.check;

import dev.lockstep.source.Argument;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.FormattedString;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.Subscript;
import dev.lockstep.source.Node;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// LS108: a value from the operating system's entropy, or one that a database drew, which may reach
/// a result.
///
/// A name for a file, folder, run or session is no result: what becomes part of a text, a path or a
/// variable that is called so is left alone.
final class OsEntropy implements Rule {
    private static final List<String> NAMING =
            List.of(
                    "name",
                    "path",
                    "dir",
                    "folder",
                    "file",
                    "run",
                    "session",
                    "token",
                    "tmp",
                    "temp",
                    "uuid",
                    "uid",
                    "job",
                    "version",
                    "exp",
                    "tag",
                    "url",
                    "port",
                    "secret",
                    "password",
                    "seed",
                    "log",
                    "guid",
                    "request",
                    "trace",
                    "identifier",
                    "_id",
                    "nonce",
                    "prefix",
                    "suffix",
                    "group",
                    "task",
                    "worker",
                    "rdzv",
                    "socket",
                    "node",
                    "handle",
                    "unique",
                    "auth",
                    "salt");

    /// Methods that hand a statement to a database.
    private static final Set<String> EXECUTING =
            Set.of(
                    "execute",
                    "executemany",
                    "executescript",
                    "read_sql",
                    "read_sql_query",
                    "text",
                    "sql");

    /// A statement whose rows or values a database draws.
    private static final Pattern DRAWING =
            Pattern.compile(
                    "\\bselect\\b.*\\b(?:random|rand|newid)\\s*\\(\\s*\\)",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    @Override
    public String hazard() {
        return "LS108";
    }

    @Override
    public Set<String> words() {
        return Set.of(
                "urandom",
                "secrets",
                "uuid1",
                "uuid4",
                "SystemRandom",
                "execute",
                "executescript",
                "read_sql",
                "read_sql_query");
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        for (Unit.Named named : unit.named()) {
            if (Knowledge.table().effect(Effect.Kind.OS, named.name()) == null
                    || Naming.isNaming(unit, named.call())
                    || isName(unit, named.call())) {
                continue;
            }
            report.report(
                    Severity.WARNING,
                    named.call(),
                    "takes entropy from the operating system, which no seed reaches; where it can"
                            + " reach a result, use a seeded generator or a counter",
                    Fix.display("use a seeded generator or a counter"));
        }
        for (Call call : unit.calls()) {
            if (EXECUTING.contains(OrderFlow.shortName(call))
                    && !call.arguments().isEmpty()
                    && drawing(unit, call.arguments().getFirst())) {
                report.report(
                        Severity.WARNING,
                        call.arguments().getFirst(),
                        "the database draws what this gives, which no seed of the script reaches;"
                                + " take the rows in a fixed order and draw from a seeded generator",
                        Fix.display("order by a column, then draw from a seeded generator"));
            }
        }
    }

    private static boolean drawing(Unit unit, Expression statement) {
        return switch (statement) {
            case Expression.StringLiteral text -> DRAWING.matcher(text.value()).find();
            case FormattedString text -> DRAWING.matcher(unit.source().slice(text)).find();
            case Name name ->
                    unit.value(name) instanceof Expression.StringLiteral text
                            && DRAWING.matcher(text.value()).find();
            default -> false;
        };
    }

    private static boolean isTextOrPath(Unit unit, Expression operand) {
        return operand instanceof Expression.StringLiteral
                || operand instanceof Call made
                        && "pathlib.Path".equals(unit.name(made.function()));
    }

    private static boolean isName(Unit unit, Call call) {
        Node below = call;
        for (Node at = unit.parent(call); at != null; at = unit.parent(at)) {
            switch (at) {
                case FormattedString _ -> {
                    return true;
                }
                case Expression.Binary b -> {
                    if (b.operators().stream()
                                    .anyMatch(o ->
                                            o.symbol().equals("/")
                                                    || o.symbol().equals("+")
                                                    || o.symbol().equals("%"))
                            && b.operands().stream().anyMatch(o -> isTextOrPath(unit, o))) {
                        return true;
                    }
                }
                case Argument a -> {
                    String name = a.name();
                    if (name != null && isNaming(name)) {
                        return true;
                    }
                }
                case Call outer -> {
                    String called = unit.name(outer.function());
                    if (outer.function() != below
                            && (called == null
                                    ? outer.function() instanceof Attribute a
                                            && (a.name().equals("join")
                                                    || a.name().equals("format"))
                                    : called.startsWith("os.path.")
                                            || called.equals("pathlib.Path"))) {
                        return true;
                    }
                    if (unit.isBuiltin(outer.function(), "str")
                            && isOfUuid(unit, call)
                            && !isInLambda(unit, outer)) {
                        return true;
                    }
                    if (outer.argument(0) instanceof Expression.StringLiteral key
                            && isNaming(key.value())) {
                        return true;
                    }
                    if (called != null && ClockSeeds.isSeed(called)) {
                        return true;
                    }
                }
                case Expression.DictDisplay d -> {
                    return false;
                }
                case Expression.TupleDisplay pair
                        when pair.elements().size() == 2
                                && pair.elements().getFirst()
                                        instanceof Expression.StringLiteral key
                                && isNaming(key.value()) -> {
                    return true;
                }
                case dev.lockstep.source.DictItem item -> {
                    if (item.key() instanceof Expression.StringLiteral key
                            && isNaming(key.value())) {
                        return true;
                    }
                }
                case Statement.Assign assign -> {
                    return assign.targets().stream().anyMatch(OsEntropy::isNaming)
                            || assign.targets().getFirst() instanceof Name variable
                                    && becomesText(unit, variable);
                }
                case Statement.AnnotatedAssign assign -> {
                    return isNaming(assign.target());
                }
                case FunctionDefinition function -> {
                    return isNaming(function.name());
                }
                default -> {}
            }
            below = at;
        }
        return false;
    }

    private static boolean isUuid(Unit unit, Call call) {
        String name = unit.name(call.function());
        return name != null && name.startsWith("uuid.");
    }

    /// Whether this is worked out for each of many, as the key of a sort is. What takes nothing
    /// makes the identifier of one thing: `field(default_factory=lambda: str(uuid4()))`.
    private static boolean isInLambda(Unit unit, Node node) {
        return unit.function(node) instanceof Expression.Lambda lambda
                && !lambda.parameters().isEmpty();
    }

    /// Whether a call makes an identifier, or the bytes of one: `uuid.UUID(bytes=os.urandom(16))`.
    private static boolean isOfUuid(Unit unit, Call call) {
        return isUuid(unit, call)
                || unit.callOfArgument(call) instanceof Call outer
                        && "uuid.UUID".equals(unit.name(outer.function()));
    }

    /// Whether all that is made of a variable is a part of a text, or hashed.
    private static boolean becomesText(Unit unit, Name variable) {
        List<Name> uses = unit.uses(variable).stream().filter(use -> use != variable).toList();
        return !uses.isEmpty()
                && uses.stream()
                        .allMatch(use -> {
                            for (Node at = unit.parent(use);
                                    at != null && !(at instanceof Statement);
                                    at = unit.parent(at)) {
                                if (at instanceof FormattedString
                                        || at instanceof Call call
                                                && unit.name(call.function()) instanceof String name
                                                && name.startsWith("hashlib.")) {
                                    return true;
                                }
                            }
                            return false;
                        });
    }

    private static boolean isNaming(Expression target) {
        return switch (target) {
            case Name n -> isNaming(n.id());
            case Attribute a -> isNaming(a.name());
            case Subscript s when s.index() instanceof Expression.StringLiteral key ->
                    isNaming(key.value());
            case Subscript s -> isNaming(s.index());
            default -> false;
        };
    }

    private static boolean isNaming(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith("id")
                || lower.endsWith("_ptr")
                || lower.endsWith("id_")
                || NAMING.stream().anyMatch(lower::contains);
    }

    /// Which calls seed; their argument is LS109's affair.
    private static final class ClockSeeds {
        private static boolean isSeed(String name) {
            return Knowledge.table().effect(Effect.Kind.SEED, name) != null
                    || Knowledge.table().effect(Effect.Kind.OBJECT, name) != null;
        }
    }
}
