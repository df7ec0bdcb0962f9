package dev.lockstep.check;

import dev.lockstep.source.Assigned;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.Node;
import dev.lockstep.source.Operator;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// LS204: a directory is listed and its order, which is the file system's, reaches something.
final class FileOrder implements Rule {
    /// Functions that list a directory, and how a message calls them.
    private static final Map<String, String> LISTING =
            Map.of(
                    "os.listdir", "os.listdir",
                    "os.scandir", "os.scandir",
                    "os.walk", "os.walk",
                    "glob.glob", "glob.glob",
                    "glob.iglob", "glob.iglob");

    /// Methods of `pathlib.Path` that list a directory.
    private static final Set<String> METHODS = Set.of("iterdir", "glob", "rglob");

    private static final Set<String> PATHS =
            Set.of(
                    "pathlib.Path",
                    "pathlib.PosixPath",
                    "pathlib.PurePath",
                    "pathlib.Path.cwd",
                    "pathlib.Path.home");

    /// Functions that read one sample.
    private static final Pattern ONE_SAMPLE =
            Pattern.compile(
                    "^(__getitem__|_?(load|get|read)_(image|img|label|target|mask|sample|item))");

    /// A field of an f-string that writes a whole number with leading noughts, as files of a series
    /// are numbered.
    private static final Pattern NUMBERED = Pattern.compile("\\{[^{}]+:0\\d+d?}");

    /// What the name of one file is called.
    private static final Pattern FILE_NAME = Pattern.compile("file_?name$");

    @Override
    public String hazard() {
        return "LS204";
    }

    @Override
    public Set<String> words() {
        return Set.of("listdir", "scandir", "walk", "glob", "iglob", "rglob", "iterdir");
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        if (Asides.isShowing(unit.path())) {
            return;
        }
        for (Call call : unit.calls()) {
            String what = listing(unit, call);
            if (what == null) {
                continue;
            }
            if (what.equals("os.walk") && sortsWalk(unit, call)
                    || what.contains("glob") && GlobPattern.matchesOnePath(unit, call)) {
                continue;
            }
            var flow = new OrderFlow(unit);
            OrderFlow.Sink sink = flow.follow(ordered(unit, call, what));
            if (sink == null
                    || sink.single()
                            && (isCounted(unit, call)
                                    || isNamed(unit, call)
                                    || isNumbered(unit, sink.node())
                                    || isOfOneSample(unit, call)
                                    || what.equals("os.walk") && isWalked(unit, call))) {
                continue;
            }
            boolean near =
                    !(sink.isKept() && Asides.isTelling(unit.path()))
                            && (!sink.open()
                                    || NearData.isNear(unit, call, NearData.LISTED)
                                            && !flow.isOffered(sink));
            sink = near ? flow.afterCallers(ordered(unit, call, what), sink) : sink;
            if (sink == null) {
                continue;
            }
            Fix fix =
                    what.equals("os.walk") || what.equals("os.scandir")
                            ? Fix.display("sort what it gives before the order is used")
                            : Fix.unsafe(
                                    "wrap it in sorted(...)",
                                    Fixes.wrap(unit.source(), call, "sorted"));
            report.report(
                    near ? Severity.WARNING : Severity.NOTE,
                    call,
                    what
                            + " gives the file system's own order, which "
                            + sink.what()
                            + "; it changes with the disk, the machine and every new copy of the data",
                    fix);
        }
    }

    /// What has the arbitrary order: the first thing that `os.walk` gives is always the folder
    /// itself, the lists in it are not.
    private static Expression ordered(Unit unit, Call call, String what) {
        return what.equals("os.walk")
                        && unit.parent(call) instanceof Call next
                        && OrderFlow.isCall(next, "next")
                        && unit.parent(next) instanceof Expression.Subscript part
                ? part
                : call;
    }

    /// Whether the one of a number is picked: `[n for n in names if f"_{i:03d}." in n][0]`.
    private static boolean isNumbered(Unit unit, Node picked) {
        return picked instanceof Expression.Subscript first
                && first.value() instanceof Expression.Comprehension made
                && made.generators().stream()
                        .flatMap(generator -> generator.conditions().stream())
                        .anyMatch(condition ->
                                condition instanceof Expression.Comparison
                                        && NUMBERED.matcher(unit.source().slice(condition)).find());
    }

    /// Whether one sample is read here, from a folder of its own.
    private static boolean isOfOneSample(Unit unit, Call call) {
        return unit.function(call) instanceof FunctionDefinition function
                && ONE_SAMPLE.matcher(function.name()).find();
    }

    /// Whether the first that `os.walk` gives is taken, which is always the folder itself.
    private static boolean isWalked(Unit unit, Call call) {
        return unit.parent(call) instanceof Call list && OrderFlow.isCall(list, "list");
    }

    /// Whether the program asks how many there are: then taking one is mostly taking the only one.
    private static boolean isCounted(Unit unit, Call call) {
        Node holder = unit.parent(call);
        while (holder != null && !(holder instanceof Statement)) {
            holder = unit.parent(holder);
        }
        if (!(holder instanceof Statement.Assign assign)) {
            return false;
        }
        String variable = unit.source().slice(assign.targets().getFirst());
        Node function = unit.function(call);
        return unit.calls().stream()
                .anyMatch(other ->
                        OrderFlow.isCall(other, "len")
                                && other.arguments().size() == 1
                                && unit.function(other) == function
                                && isCompared(unit, other)
                                && unit.source()
                                        .slice(other.arguments().getFirst())
                                        .equals(variable));
    }

    /// Whether a file of one name is looked for: `glob("model.pt")`, `glob(join(folder,
    /// file_name))`.
    private static boolean isNamed(Unit unit, Call call) {
        if (!(call.function() instanceof Attribute) || call.arguments().size() != 1) {
            return false;
        }
        Expression pattern = call.arguments().getFirst();
        if (Switches.text(pattern) instanceof String text) {
            return GlobPattern.isPlain(text) && text.indexOf('.') > 0;
        }
        Expression written = pattern instanceof Name name ? unit.value(name) : pattern;
        if (written instanceof Expression.Binary sum
                && sum.operands().getLast() instanceof StringLiteral end
                && end.value().indexOf('.') > 0
                && sum.operands().stream()
                        .allMatch(part ->
                                !(part instanceof StringLiteral text)
                                        || GlobPattern.isPlain(text.value()))) {
            return true;
        }
        if (!(written instanceof Call joined) || joined.arguments().isEmpty()) {
            return false;
        }
        boolean[] plain = {
            FILE_NAME.matcher(unit.source().slice(joined.arguments().getLast())).find()
        };
        written.walk(node ->
                plain[0] &=
                        !(node instanceof StringLiteral text) || GlobPattern.isPlain(text.value()));
        return plain[0];
    }

    /// Whether a number is compared with another, itself or by the name that it is given.
    private static boolean isCompared(Unit unit, Expression number) {
        return switch (unit.parent(number)) {
            case Expression.Comparison _ -> true;
            case Statement.Assign assign when assign.targets().getFirst() instanceof Name name ->
                    unit.uses(name).stream()
                            .anyMatch(use -> unit.parent(use) instanceof Expression.Comparison);
            case null, default -> false;
        };
    }

    private static @org.jspecify.annotations.Nullable String listing(Unit unit, Call call) {
        String name = unit.name(call.function());
        if (name != null && LISTING.containsKey(name)) {
            return LISTING.get(name);
        }
        if (call.function() instanceof Attribute attribute
                && METHODS.contains(attribute.name())
                && (name == null || name.startsWith("pathlib.") || isOfOption(name))
                && isPath(unit, attribute, call)) {
            return "Path." + attribute.name();
        }
        return null;
    }

    /// Whether a method is one of an option that a person gives: `args.folder.glob`.
    private static boolean isOfOption(String name) {
        return name.startsWith("argparse.") && name.contains(".parse_args().");
    }

    private static boolean isPath(Unit unit, Attribute method, Call call) {
        if (method.name().equals("iterdir")) {
            return call.arguments().isEmpty() && call.keywords().isEmpty();
        }
        if (call.arguments().size() != 1) {
            return false;
        }
        return pathLike(unit, method.value(), 0)
                || call.arguments().getFirst() instanceof StringLiteral pattern
                        && (method.name().equals("rglob") || pattern.value().contains("*"));
    }

    private static boolean pathLike(Unit unit, Expression expression, int depth) {
        if (depth > 6) {
            return false;
        }
        return switch (expression) {
            case Call call -> {
                String name = unit.name(call.function());
                yield name != null && PATHS.contains(name)
                        || call.function() instanceof Attribute attribute
                                && Set.of(
                                                "resolve",
                                                "absolute",
                                                "expanduser",
                                                "joinpath",
                                                "with_name")
                                        .contains(attribute.name())
                                && pathLike(unit, attribute.value(), depth + 1);
            }
            case Attribute attribute ->
                    attribute.name().equals("parent")
                            && pathLike(unit, attribute.value(), depth + 1);
            case Expression.Binary binary ->
                    binary.operators().getFirst() == Operator.DIVIDE
                            && (pathLike(unit, binary.operands().getFirst(), depth + 1)
                                    || binary.operands().getLast() instanceof StringLiteral);
            case Name name -> {
                for (Assigned binding : unit.bindings(name)) {
                    Expression annotation = binding.annotation();
                    if (annotation != null && "pathlib.Path".equals(unit.name(annotation))) {
                        yield true;
                    }
                    Expression value = binding.value();
                    if (value != null && value != expression && pathLike(unit, value, depth + 1)) {
                        yield true;
                    }
                }
                yield false;
            }
            default -> false;
        };
    }

    /// Tells whether the loop over `os.walk` sorts the folders and the files that it gets.
    private static boolean sortsWalk(Unit unit, Call call) {
        Node parent = unit.parent(call);
        if (!(parent instanceof Statement.For loop)
                || !(loop.target() instanceof Expression.TupleDisplay names)
                || names.elements().size() != 3) {
            return false;
        }
        return sorts(unit, loop, names.elements().get(1))
                && (sorts(unit, loop, names.elements().get(2))
                        || !used(loop, names.elements().get(2)));
    }

    private static boolean sorts(Unit unit, Statement.For loop, Expression target) {
        if (!(target instanceof Name name)) {
            return false;
        }
        boolean[] sorted = {false};
        for (Statement statement : loop.body()) {
            statement.walk(node -> {
                if (node instanceof Call call
                        && OrderFlow.shortName(call)
                                .toLowerCase(java.util.Locale.ROOT)
                                .contains("sort")
                        && unit.source().slice(call).contains(name.id())) {
                    sorted[0] = true;
                }
            });
        }
        return sorted[0];
    }

    private static boolean used(Statement.For loop, Expression target) {
        if (!(target instanceof Name name)) {
            return true;
        }
        boolean[] used = {false};
        for (Statement statement : loop.body()) {
            statement.walk(
                    node -> used[0] |= node instanceof Name other && other.id().equals(name.id()));
        }
        return used[0];
    }
}
