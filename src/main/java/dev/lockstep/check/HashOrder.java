package dev.lockstep.check;

import dev.lockstep.source.Assigned;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Generator;
import dev.lockstep.source.Node;
import dev.lockstep.source.Operator;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// LS107: the order of a `set` is used, or the hash of a string.
final class HashOrder implements Rule {
    /// Functions that go by a key, and by the order of what they get among equals.
    private static final Set<String> RANKING = Set.of("sorted", "max", "min");

    /// Calls that turn a set into something with an order.
    private static final Set<String> ORDERING =
            Set.of("list", "tuple", "iter", "enumerate", "zip", "map", "filter");

    private static final Set<String> NUMERIC =
            Set.of("tensor", "as_tensor", "LongTensor", "array", "asarray", "from_numpy");

    /// Sets of texts for people.
    private static final Pattern MESSAGES =
            Pattern.compile(
                    "reason|message|msg|error|warning|miss(ed|ing)|unexpected|unused",
                    Pattern.CASE_INSENSITIVE);

    /// What a protocol or the operating system gives out: any of them does.
    private static final Pattern ALIKE =
            Pattern.compile(
                    "(^|[_.])(nonce|connection|socket|port|lock)(s|_pool)?$",
                    Pattern.CASE_INSENSITIVE);

    /// Names of parts of a model, by which some are chosen: nobody goes by their order.
    private static final Pattern SELECTING =
            Pattern.compile("(modules?(_names)?|devices?)\\W*$", Pattern.CASE_INSENSITIVE);

    @Override
    public String hazard() {
        return "LS107";
    }

    @Override
    public Set<String> words() {
        return Set.of("set", "frozenset", "hash");
    }

    /// A set that is written down needs no word.
    @Override
    public boolean mayConcern(byte[] text) {
        return Words.mayHoldSet(text);
    }

    @Override
    public boolean looksEverywhere() {
        return true;
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        if (!unit.module().mentionsHashes() || Asides.isShowing(unit.path())) {
            return;
        }
        var types = new SetTypes(unit);
        unit.tree()
                .walk(node -> {
                    switch (node) {
                        case Call call -> call(unit, types, call, report);
                        case Statement.For loop -> set(unit, types, loop.iterable(), report);
                        case Generator generator -> set(unit, types, generator.iterable(), report);
                        case Expression.Starred starred ->
                                set(unit, types, starred.value(), report);
                        default -> {}
                    }
                });
    }

    private static void call(Unit unit, SetTypes types, Call call, Reporter report) {
        if (unit.isBuiltin(call.function(), "hash") && call.arguments().size() == 1) {
            hash(unit, types, call, report);
            return;
        }
        if (call.function() instanceof Attribute attribute) {
            if (attribute.name().equals("pop")
                    && call.arguments().isEmpty()
                    && types.isSet(attribute.value())
                    && types.elements(attribute.value()) == SetTypes.Elements.STRINGS
                    && !sizeIsAsked(unit, attribute.value())
                    && !MESSAGES.matcher(unit.source().slice(attribute.value())).find()
                    && !ALIKE.matcher(unit.source().slice(attribute.value())).find()
                    && !(unit.parent(call) instanceof Statement.ExpressionStatement)) {
                report.report(
                        Severity.ERROR,
                        call,
                        "set.pop gives whichever element the hash order puts first; it differs in"
                                + " every run for strings",
                        Fix.display("take min(...) of the set, or sort it first"));
            } else if (attribute.name().equals("join")
                    && "".equals(Switches.text(attribute.value()))
                    && call.arguments().size() == 1) {
                set(unit, types, call.arguments().getFirst(), report);
            } else if (attribute.name().equals("extend") && call.arguments().size() == 1) {
                set(unit, types, call.arguments().getFirst(), report);
            }
            return;
        }
        if (RANKING.stream().anyMatch(name -> unit.isBuiltin(call.function(), name))) {
            ranked(unit, types, call, report);
            return;
        }
        for (String name : ORDERING) {
            if (unit.isBuiltin(call.function(), name)) {
                int last =
                        name.equals("enumerate")
                                ? Math.min(1, call.arguments().size())
                                : call.arguments().size();
                int first = name.equals("map") || name.equals("filter") ? 1 : 0;
                for (int i = first; i < last; i++) {
                    set(unit, types, call.arguments().get(i), report);
                }
            }
        }
    }

    /// `sorted(words, key=counts.get)`, `max(labels, key=labels.count)`: among equals the order of
    /// the set decides.
    private static void ranked(Unit unit, SetTypes types, Call call, Reporter report) {
        Expression key = call.keyword("key");
        if (key == null
                || call.arguments().size() != 1
                || !types.isSet(call.arguments().getFirst())
                || tells(key)) {
            return;
        }
        Expression set = call.arguments().getFirst();
        SetTypes.Elements elements = types.elements(set);
        boolean sorted = OrderFlow.isCall(call, "sorted");
        if (elements == SetTypes.Elements.INTEGERS
                || elements == SetTypes.Elements.OBJECTS
                || elements == SetTypes.Elements.UNKNOWN && !speaksOfText(unit, set)
                || isDescription(unit, call)
                || sorted && new OrderFlow(unit, OrderFlow.Into.KNOWN_CALLS).follow(call) == null) {
            return;
        }
        report.report(
                Severity.WARNING,
                set,
                "among those with the same key the order of the set decides, which is another in every"
                        + " process for strings; sort the set first",
                Fix.unsafe("sort the set", Fixes.wrap(unit.source(), set, "sorted")));
    }

    /// Whether a key tells all elements apart: it is the element, a tuple that holds it, or its
    /// place in a list, `names.index`.
    private static boolean tells(Expression key) {
        if (key instanceof Attribute place && place.name().equals("index")) {
            return true;
        }
        if (!(key instanceof Expression.Lambda lambda) || lambda.parameters().size() != 1) {
            return key instanceof Name name && (name.id().equals("str") || name.id().equals("int"));
        }
        String element = lambda.parameters().getFirst().name();
        return switch (lambda.body()) {
            case Name name -> name.id().equals(element);
            case Expression.TupleDisplay parts ->
                    parts.elements().stream()
                            .anyMatch(
                                    part -> part instanceof Name name && name.id().equals(element));
            default -> false;
        };
    }

    private static void set(Unit unit, SetTypes types, Expression expression, Reporter report) {
        if (!types.isSet(expression)) {
            return;
        }
        SetTypes.Elements elements = types.elements(expression);
        if (elements == SetTypes.Elements.INTEGERS
                || elements == SetTypes.Elements.UNKNOWN
                        && new Wording(unit).speaksOfNumbers(held(unit, expression))) {
            return;
        }
        var flow = new OrderFlow(unit, OrderFlow.Into.KNOWN_CALLS);
        OrderFlow.Sink sink = flow.follow(expression);
        boolean strings = elements == SetTypes.Elements.STRINGS;
        if (sink != null
                && !strings
                && !sink.open()
                && !sink.single()
                && AddressedObjects.areIn(unit, expression)) {
            report.report(
                    Severity.ERROR,
                    expression,
                    "the order of a set of objects, whose hash is their address, "
                            + sink.what()
                            + "; it is another in every run, keep them in a list or a dict",
                    Fix.display("keep them in a dict, which remembers the order"));
            return;
        }
        // What becomes numbers are numbers, whose hashes repeat.
        boolean numbers =
                sink != null
                        && sink.node() instanceof Call into
                        && NUMERIC.contains(OrderFlow.shortName(into));
        if (sink == null
                || elements == SetTypes.Elements.OBJECTS
                || numbers && !strings
                || sink.single() && (!strings || sizeIsAsked(unit, expression))
                || !strings && !sink.numbers() && !speaksOfText(unit, expression)
                || sink.open()
                        && (SELECTING.matcher(unit.source().slice(expression)).find()
                                || MESSAGES.matcher(unit.source().slice(expression)).find())
                || isDescription(unit, expression)) {
            return;
        }
        boolean near =
                !sink.open()
                        || NearData.isNear(unit, expression, NearData.NUMBERED)
                                && !flow.isOffered(sink);
        sink = near ? flow.afterCallers(expression, sink) : sink;
        if (sink == null) {
            return;
        }
        Edit edit = Fixes.wrap(unit.source(), expression, "sorted");
        if (unit.parent(expression) instanceof Call call
                && unit.isBuiltin(call.function(), "list")
                && call.arguments().size() == 1) {
            edit = Fixes.replace(unit.source(), call.function(), "sorted");
        }
        report.report(
                !near ? Severity.NOTE : strings ? Severity.ERROR : Severity.WARNING,
                expression,
                "the order of a set"
                        + (strings ? " of strings" : "")
                        + " "
                        + sink.what()
                        + "; it "
                        + (strings
                                ? "is another in every process"
                                : "changes with the hashes in it")
                        + ", sort it",
                strings ? Fix.safe("sort the set", edit) : Fix.unsafe("sort the set", edit));
    }

    /// What speaks of a set's elements: of a comprehension not what it asks of each.
    private static Expression held(Unit unit, Expression set) {
        Expression made = set instanceof Name name ? unit.value(name) : set;
        return made instanceof Expression.Comprehension comprehension
                ? comprehension.element()
                : set;
    }

    /// Whether a set holds texts, by its name or that of what each turn of a loop takes from it.
    private static boolean speaksOfText(Unit unit, Expression set) {
        var wording = new Wording(unit);
        return wording.speaksOfText(set)
                || switch (unit.parent(set)) {
                    case Statement.For loop -> wording.speaksOfText(loop.target());
                    case Generator generator -> wording.speaksOfText(generator.target());
                    case null, default -> false;
                };
    }

    /// Tells whether the function asks for the size of the set: then taking one element of it is
    /// mostly taking the only one.
    private static boolean sizeIsAsked(Unit unit, Expression set) {
        String text = unit.source().slice(set);
        Node function = unit.function(set);
        if (set instanceof Name name
                && unit.uses(name).stream().anyMatch(use -> isTruth(unit, use))) {
            return true; // whether there is one
        }
        for (Call call : unit.calls()) {
            if (call.arguments().size() == 1
                    && unit.isBuiltin(call.function(), "len")
                    && unit.function(call) == function
                    && unit.source().slice(call.arguments().getFirst()).equals(text)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isTruth(Unit unit, Name use) {
        Node parent = unit.parent(use);
        return parent instanceof dev.lockstep.source.Branch
                || parent instanceof Expression.Unary unary && unary.operator() == Operator.NOT;
    }

    /// Tells whether this only makes a text for people.
    private static boolean isDescription(Unit unit, Node node) {
        for (Node at = unit.parent(node); at != null; at = unit.parent(at)) {
            if (at instanceof Statement.Raise) {
                return true;
            }
            if (at instanceof FunctionDefinition function) {
                return Set.of("__repr__", "__str__", "__format__", "extra_repr")
                        .contains(function.name());
            }
        }
        return false;
    }

    /// `hash(...)` of something that is text, where its value is used as a number.
    private static void hash(Unit unit, SetTypes types, Call call, Reporter report) {
        Expression of = call.arguments().getFirst();
        Node parent = unit.parent(call);
        boolean certain =
                of instanceof Expression.TupleDisplay parts
                        ? parts.elements().stream().anyMatch(part -> isText(unit, types, part))
                        : isText(unit, types, of);
        if (!certain && !isBucketed(types, of, parent) || inHashMethod(unit, call)) {
            return;
        }
        for (Node at = parent; at != null && !(at instanceof Statement); at = unit.parent(at)) {
            if (at instanceof Expression.FormattedString) {
                return; // a name
            }
        }
        boolean number =
                parent instanceof Expression.Binary binary
                                && (binary.operators().contains(Operator.REMAINDER)
                                        || binary.operators().contains(Operator.BIT_AND))
                        || parent instanceof Call outer
                                && Set.of("abs", "int").contains(OrderFlow.shortName(outer))
                        || parent instanceof Expression.Subscript;
        if (number) {
            report.report(
                    certain ? Severity.ERROR : Severity.WARNING,
                    call,
                    (certain ? "the hash of a string is" : "if this is a string, its hash is")
                            + " another number in every process; use zlib.crc32(text.encode()) or"
                            + " hashlib",
                    Fix.display("use zlib.crc32(text.encode())"));
        }
    }

    /// Whether what is hashed gets a place among so many, `hash(word) % 64`: nobody hashes whole
    /// numbers for that.
    private static boolean isBucketed(SetTypes types, Expression of, @Nullable Node parent) {
        return (of instanceof Name
                        || of instanceof Attribute
                        || of instanceof Call
                        || of instanceof Expression.Subscript)
                && types.element(of) == SetTypes.Elements.UNKNOWN
                && parent instanceof Expression.Binary binary
                && binary.operators().contains(Operator.REMAINDER);
    }

    private static boolean isText(Unit unit, SetTypes types, Expression of) {
        return switch (of) {
            case Call inner ->
                    Set.of("str", "repr", "encode", "lower", "upper", "strip", "join")
                            .contains(OrderFlow.shortName(inner));
            case Name name ->
                    isText(unit, name)
                            || types.runsOverTexts(name)
                            || new Wording(unit).speaksOfText(name);
            case Attribute _, Expression.Subscript _ -> new Wording(unit).speaksOfText(of);
            default -> types.element(of) == SetTypes.Elements.STRINGS;
        };
    }

    private static boolean isText(Unit unit, Name name) {
        for (Assigned binding : unit.bindings(name)) {
            Expression annotation = binding.annotation();
            if (annotation != null && "str".equals(unit.name(annotation))) {
                return true;
            }
            if (binding.value() instanceof Expression.StringLiteral
                    || binding.value() instanceof Expression.FormattedString) {
                return true;
            }
        }
        return false;
    }

    private static boolean inHashMethod(Unit unit, Node node) {
        return unit.function(node) instanceof FunctionDefinition function
                && function.name().equals("__hash__");
    }
}
