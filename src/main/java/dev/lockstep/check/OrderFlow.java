package dev.lockstep.check;

import dev.lockstep.source.Argument;
import dev.lockstep.source.Branch;
import dev.lockstep.source.DictItem;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Comprehension;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Generator;
import dev.lockstep.source.Node;
import dev.lockstep.source.Operator;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Scope;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Follows a value whose order is arbitrary to the place where the order matters.
///
/// It looks inside one file and stays silent where it cannot tell: an order is followed through
/// lists, slices, comprehensions, progress bars, variables and attributes of `self`, and is
/// forgotten by sorting, counting, membership tests, sets, and printing.
final class OrderFlow {
    private static final String NUMBERS = "decides the numbers";

    /// Where the order matters.
    ///
    /// @param node the place
    /// @param what what happens there, to follow "…, and the order ": "is returned"
    /// @param single only one element is taken
    /// @param open what becomes of the order from there on is not seen
    /// @param left the function whose callers get it, if it is that which is not seen
    record Sink(
            Node node,
            String what,
            boolean single,
            boolean open,
            @Nullable FunctionDefinition left) {
        Sink(Node node, String what) {
            this(node, what, false, false, null);
        }

        /// Where one element is taken.
        static Sink one(Node node, String what) {
            return new Sink(node, what, true, false, null);
        }

        /// Where the order leaves what is followed.
        static Sink open(Node node, String what) {
            return new Sink(node, what, false, true, null);
        }

        /// Whether the order becomes numbers: whoever numbers things numbers texts.
        boolean numbers() {
            return what.equals(NUMBERS);
        }

        /// The same, said of another place.
        Sink at(Node place, String said) {
            return new Sink(place, numbers() ? NUMBERS : said, false, open, left);
        }
    }

    /// Which calls count as a place where an order matters.
    enum Into {
        /// Any call that does not forget the order.
        ANY_CALL,
        /// Those alone that are known to use it: the order of most arguments means nothing.
        KNOWN_CALLS
    }

    /// Functions and classes whose result depends on the order of what they get, by the last part
    /// of their name.
    private static final Set<String> USING =
            Set.of(
                    "tensor",
                    "as_tensor",
                    "from_numpy",
                    "stack",
                    "cat",
                    "concat",
                    "concatenate",
                    "vstack",
                    "hstack",
                    "array",
                    "asarray",
                    "DataFrame",
                    "Series",
                    "sample",
                    "choice",
                    "choices",
                    "shuffle",
                    "permutation",
                    "random_split",
                    "train_test_split",
                    "DataLoader",
                    "TensorDataset",
                    "ConcatDataset",
                    "Subset",
                    "Sequential",
                    "ModuleList",
                    "ParameterList",
                    "SGD",
                    "Adam",
                    "AdamW",
                    "RMSprop",
                    "Adagrad",
                    "LBFGS",
                    "clip_grad_norm_",
                    "add_param_group",
                    "from_list",
                    "Categorical",
                    "OrdinalEncoder",
                    "OneHotEncoder",
                    "fit",
                    "fit_transform",
                    "reduce",
                    "accumulate",
                    "writelines",
                    "dump",
                    "dumps",
                    "save");

    /// How the names begin of what draws from a shared generator.
    private static final List<String> DRAWING =
            List.of(
                    "random.",
                    "numpy.random.",
                    "torch.rand",
                    "torch.normal",
                    "torch.nn.Linear",
                    "torch.nn.Conv",
                    "torch.nn.Embedding",
                    "torch.nn.init.");

    /// Encoders of labels, which sort what they are fitted to (`sklearn.preprocessing._label`).
    private static final Pattern SORTING =
            Pattern.compile(
                    "(label_?enc|labelenc|binari[sz]er|ordinal_?enc|\\ble\\b)\\w*(\\(\\))?\\.fit",
                    Pattern.CASE_INSENSITIVE);

    /// What makes an array of a table.
    private static final Set<String> ARRAY_OF = Set.of("to_numpy", "values", "as_matrix", "iloc");

    /// Functions and methods that take one step of learning from what they get.
    private static final Pattern LEARNING =
            Pattern.compile("manual_backward|partial_fit|train(ing)?_step|train_(on_)?batch");

    private static final Set<String> FORGET =
            Set.of(
                    "len",
                    "set",
                    "frozenset",
                    "any",
                    "all",
                    "min",
                    "max",
                    "bool",
                    "isinstance",
                    "sum",
                    "Counter",
                    "print",
                    "repr",
                    "str",
                    "type",
                    "id",
                    "fsum",
                    "remove",
                    "unlink",
                    "rmtree",
                    "debug",
                    "info",
                    "warning",
                    "warn",
                    "error",
                    "exception",
                    "log",
                    "assertEqual",
                    "wait",
                    "update",
                    "add",
                    "update_state",
                    "intersection",
                    "union",
                    "difference",
                    "startswith",
                    "endswith",
                    "issubset",
                    "issuperset",
                    "isdisjoint",
                    "symmetric_difference",
                    "format",
                    "pformat",
                    "pprint",
                    "join_threads",
                    "gather_nd",
                    "setdiff1d",
                    "intersect1d",
                    "union1d",
                    "isin",
                    "in1d",
                    "unique");

    /// Methods that log what they get; what is printed may be the result.
    private static final Set<String> LOGGING =
            Set.of("debug", "info", "warning", "warn", "error", "exception", "log");

    /// What a test asserts of a collection that has nothing to do with its order.
    private static final Pattern ASKING =
            Pattern.compile(
                    "assert(Not)?(Len|Empty|In|CountEqual|Contains\\w*|SameElements)|assert(True|False)");

    private static final Set<String> PASS =
            Set.of(
                    "list",
                    "tuple",
                    "filter",
                    "map",
                    "iter",
                    "reversed",
                    "tqdm",
                    "trange",
                    "track",
                    "chain",
                    "from_iterable",
                    "islice",
                    "enumerate",
                    "zip",
                    "cycle",
                    "starmap",
                    "zip_longest",
                    "deepcopy",
                    "copy",
                    "join",
                    "progress_bar",
                    "track_iter_progress");

    /// Arguments, by their keyword, that are offered to a person or are files to compile: in which
    /// order decides nothing.
    private static final Set<String> OFFERED = Set.of("choices", "sources");

    /// Calls that make an array of what they get, in its order.
    private static final Set<String> ARRAYS =
            Set.of("array", "asarray", "tensor", "as_tensor", "from_numpy");

    /// Functions that give files away, or take them away: in which order does not matter.
    private static final Pattern PASSING_ON =
            Pattern.compile(
                    "(^|_)(upload|push|publish|clean|cleanup|delete|remove|purge|prune|rotate"
                            + "|archive|backup|to_(hub|remote|cloud|s3|gcs|bucket))(_|$)");

    /// Functions that put what they get into an order of their own.
    private static final Pattern REORDERING =
            Pattern.compile("sort|(^|_)re_?order", Pattern.CASE_INSENSITIVE);

    /// Functions that list what there is to choose from.
    private static final Pattern OFFERING =
            Pattern.compile(
                    "^((get|list)_)?(available|supported)_\\w+$|^list_available$"
                            + "|^list_(algorithm|architecture|backend|benchmark|dataset|loss|method"
                            + "|metric|model|optimizer|plugin)(e?s)$");

    /// Functions that show something to a person, and give what they show.
    private static final Pattern SHOWING =
            Pattern.compile("^_?(print|pprint|show|display|describe)_");

    /// How lists are called that a person is told.
    private static final Pattern TOLD =
            Pattern.compile("(^|[_.])(exceptions?|failures?|warnings?|messages?)$");

    private final Unit unit;
    private final Set<Name> visited = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Attribute> attributes = Collections.newSetFromMap(new IdentityHashMap<>());

    /// Parameters of functions, and functions whose calls, that are being followed or led nowhere.
    private final Set<Name> entered = Collections.newSetFromMap(new IdentityHashMap<>());

    private final Set<FunctionDefinition> left = Collections.newSetFromMap(new IdentityHashMap<>());

    /// Functions whose callers make nothing of the order.
    private final Set<FunctionDefinition> forgotten =
            Collections.newSetFromMap(new IdentityHashMap<>());

    private final Into into;

    OrderFlow(Unit unit) {
        this(unit, Into.ANY_CALL);
    }

    OrderFlow(Unit unit, Into into) {
        this.unit = unit;
        this.into = into;
    }

    /// Takes an expression whose order is arbitrary, gives where that order matters, or null.
    @Nullable Sink follow(Expression expression) {
        return unit.function(expression) instanceof FunctionDefinition f
                        && PASSING_ON.matcher(f.name()).find()
                ? null
                : follow(expression, 0);
    }

    /// Takes an expression whose order is arbitrary, and where it matters in this file; gives where
    /// it matters when those who call a function in other files are asked, or null.
    @Nullable Sink afterCallers(Expression expression, Sink sink) {
        Sink found = sink;
        while (found != null && found.left() != null && Callers.forget(unit, found.left())) {
            forgotten.add(found.left());
            visited.clear();
            attributes.clear();
            entered.clear();
            left.clear();
            found = follow(expression);
        }
        return found;
    }

    /// Whether the order is that of what a function lists for people to choose from, which nobody
    /// in the project calls.
    boolean isOffered(Sink sink) {
        FunctionDefinition function = sink.left();
        return function != null
                && OFFERING.matcher(function.name()).find()
                && !Callers.areThere(unit, function);
    }

    /// Whether a call makes nothing of the order of what it gets.
    static boolean forgets(Call call) {
        return FORGET.contains(shortName(call)) || ASKING.matcher(shortName(call)).matches();
    }

    private @Nullable Sink follow(Expression expression, int depth) {
        Node parent = unit.parent(expression);
        if (parent == null || depth > 24) {
            return null;
        }
        return switch (parent) {
            case Argument argument -> {
                Call call = unit.callOfArgument(expression);
                String name = argument.name();
                yield call == null || name != null && OFFERED.contains(name)
                        ? null
                        : intoCall(call, expression, depth);
            }
            case Call call ->
                    call.function() == expression ? null : intoCall(call, expression, depth);
            case Attribute attribute -> method(attribute, depth);
            case Expression.Subscript subscript -> {
                if (subscript.index() == expression && isTableWhole(subscript)) {
                    yield Sink.open(subscript, "is that of the columns");
                }
                if (subscript.value() != expression
                        || sorts(subscript.index())
                        || isOnlyLogged(subscript)
                        || expression instanceof Name list && isMadeSureOnlyOne(list)) {
                    yield null;
                }
                yield new Sink(
                        subscript,
                        "decides what is picked out of it",
                        !isSlice(subscript),
                        false,
                        null);
            }
            case Expression.Starred starred -> follow(starred, depth + 1);
            case Expression.ListDisplay list -> follow(list, depth + 1);
            case Expression.TupleDisplay tuple -> follow(tuple, depth + 1);
            case Expression.Binary binary ->
                    binary.operators().contains(Operator.ADD) ? follow(binary, depth + 1) : null;
            case Expression.Conditional conditional ->
                    conditional.test() == expression ? null : follow(conditional, depth + 1);
            case Expression.Logical logical -> truth(logical) ? null : follow(logical, depth + 1);
            case Expression.Await await -> follow(await, depth + 1);
            case Expression.Walrus walrus -> uses(walrus.target(), depth);
            case Statement.Assign assign -> {
                if (assign.value() != expression) {
                    yield null;
                }
                for (Expression target : assign.targets()) {
                    Sink sink = target(target, depth);
                    if (sink != null) {
                        yield sink;
                    }
                }
                yield null;
            }
            case Statement.AnnotatedAssign assign -> target(assign.target(), depth);
            case Statement.AugmentedAssign assign ->
                    assign.operator() == Operator.ADD ? target(assign.target(), depth) : null;
            case Statement.Return statement ->
                    unit.function(statement) instanceof FunctionDefinition f
                            ? returned(f, statement, "is that of the value returned", depth)
                            : Sink.open(statement, "is that of the value returned");
            case Expression.Yield yielded -> yielded(yielded, depth);
            case Expression.YieldFrom yielded -> yielded(yielded, depth);
            case Statement.For loop -> loop.iterable() == expression ? loop(loop, depth) : null;
            case Generator generator -> {
                if (generator.iterable() != expression
                        || !(unit.parent(generator) instanceof Comprehension comprehension)) {
                    yield null;
                }
                yield comprehension(comprehension, generator, depth);
            }
            case DictItem item ->
                    item.value() == expression ? Sink.open(item, "is stored with it") : null;
            default -> null;
        };
    }

    /// Whether columns of a table are picked to compute with: `frame[columns].to_numpy()`.
    private boolean isTableWhole(Expression.Subscript picked) {
        Node at = unit.parent(picked);
        while (at instanceof Attribute || at instanceof Call) {
            if (at instanceof Attribute part && ARRAY_OF.contains(part.name())) {
                return true;
            }
            at = unit.parent(at);
        }
        return false;
    }

    private @Nullable Sink yielded(Expression yielded, int depth) {
        return unit.function(yielded) instanceof FunctionDefinition f
                ? returned(f, yielded, "is that of the values yielded", depth)
                : Sink.open(yielded, "is that of the values yielded");
    }

    /// The order has left a function: nothing where every call of a private one in this file
    /// forgets it.
    private @Nullable Sink returned(FunctionDefinition f, Node place, String what, int depth) {
        if (f.name().equals("__dir__") // dir() sorts
                || SHOWING.matcher(f.name()).find()
                || forgotten.contains(f)) {
            return null;
        }
        var open = new Sink(place, what, false, true, f);
        if (!f.name().startsWith("_") || f.name().startsWith("__")) {
            return open;
        }
        if (!left.add(f)) {
            return null; // who calls it is being looked at
        }
        boolean called = false;
        for (Call call : unit.calls()) {
            boolean own =
                    unit.classAround(f) == null
                            ? call.function() instanceof Name name && name.id().equals(f.name())
                            : call.function() instanceof Attribute method
                                    && method.name().equals(f.name());
            if (own) {
                called = true;
                if (follow(call, depth + 1) != null) {
                    return open;
                }
            }
        }
        return called ? null : open;
    }

    private @Nullable Sink comprehension(Comprehension node, Generator generator, int depth) {
        return switch (node.kind()) {
            case SET -> null;
            case DICT -> isCall(generator.iterable(), "enumerate") ? new Sink(node, NUMBERS) : null;
            case LIST, GENERATOR -> follow(node, depth + 1);
        };
    }

    private @Nullable Sink intoCall(Call call, Expression argument, int depth) {
        String short_ = shortName(call);
        String lower = short_.toLowerCase(Locale.ROOT);
        if (lower.contains("sort")
                || forgets(call)
                || SORTING.matcher(unit.source().slice(call.function())).find()
                || short_.equals("dict") && argument instanceof Comprehension
                || short_.endsWith("Error")
                || short_.endsWith("Exception")) {
            return null;
        }
        if (short_.equals("enumerate")
                && unit.parent(call) instanceof Generator generator
                && unit.parent(generator) instanceof Comprehension comprehension
                && comprehension.kind() == Comprehension.Kind.DICT) {
            return new Sink(comprehension, NUMBERS);
        }
        if (unit.parent(call) instanceof Call made
                && isCall(made, "dict")
                && (short_.equals("enumerate")
                        || short_.equals("zip")
                                && call.arguments().stream()
                                        .anyMatch(a -> isCall(a, "range") || isCall(a, "count")))) {
            return new Sink(made, NUMBERS);
        }
        if (PASS.contains(lower)) {
            return follow(call, depth + 1);
        }
        if (short_.isEmpty()) {
            return null;
        }
        if (short_.equals("next")) {
            return unit.parent(call) instanceof Expression.Comparison
                            || asksForMore(argument)
                            || isOnlyAsked(call)
                    ? null // whether there is one
                    : Sink.one(call, "decides what `next` gives");
        }
        if (call.function() instanceof Attribute attribute
                && (short_.equals("append")
                        || short_.equals("extend")
                        || short_.equals("insert"))) {
            return collected(attribute.value(), call, depth);
        }
        if (unit.parent(call) instanceof Call outer
                        && (isCall(outer, "len") || isCall(outer, "bool"))
                || unit.parent(call) instanceof Expression.Comparison
                || unit.parent(call) instanceof Expression.Unary) {
            return null;
        }
        if (into == Into.KNOWN_CALLS && !USING.contains(short_)
                || ARRAYS.contains(short_)
                        && unit.parent(call) instanceof Call outer
                        && FORGET.contains(shortName(outer))) {
            return null;
        }
        return intoFunction(
                call, argument, new Sink(call, "is that of what `" + short_ + "` gets"), depth);
    }

    /// The order goes into a call: nothing where a function of this file makes nothing of it, and
    /// where the function gives it back, that which becomes of it then.
    private @Nullable Sink intoFunction(Call call, Expression argument, Sink sink, int depth) {
        FunctionDefinition callee = call.isOpen() ? null : callee(call);
        Name parameter = callee == null ? null : parameter(callee, call, argument);
        if (callee == null || parameter == null) {
            return Callers.forgetArgument(unit, call, argument) ? null : sink;
        }
        if (!entered.add(parameter)) {
            return null; // what it does with it is being looked at
        }
        for (Name use : unit.uses(parameter)) {
            if (isSorted(use)) {
                return null;
            }
        }
        for (Name use : unit.uses(parameter)) {
            Sink inside = visited.add(use) ? follow(use, 1) : null;
            if (inside != null && inside.left() != callee) {
                return sink;
            }
            Sink given = inside == null ? null : follow(call, depth + 1);
            if (given != null) {
                return given;
            }
        }
        return null;
    }

    private @Nullable FunctionDefinition callee(Call call) {
        Node owner =
                call.function() instanceof Attribute method
                                && method.value() instanceof Name self
                                && self.id().equals("self")
                        ? unit.classAround(call)
                        : null;
        String name = shortName(call);
        for (Statement statement : unit.statements()) {
            if (statement instanceof FunctionDefinition f
                    && f.name().equals(name)
                    && unit.parent(f) == owner
                    && (owner != null || call.function() instanceof Name)) {
                return f;
            }
        }
        return null;
    }

    /// A use of the parameter that takes an argument, or null when that is not to be seen.
    private @Nullable Name parameter(FunctionDefinition callee, Call call, Expression argument) {
        var plain =
                callee.parameters().stream()
                        .filter(p -> p.kind() == Parameter.Kind.PLAIN)
                        .map(Parameter::name)
                        .toList();
        int at = call.arguments().indexOf(argument) + (unit.classAround(callee) == null ? 0 : 1);
        String name = null;
        if (call.arguments().contains(argument)) {
            name = at < plain.size() ? plain.get(at) : null;
        } else {
            for (Argument keyword : call.keywords()) {
                name = keyword.value() == argument ? keyword.name() : name;
            }
        }
        String wanted = name;
        if (wanted == null) {
            return null;
        }
        var found = new ArrayList<Name>();
        callee.body()
                .forEach(statement ->
                        statement.walk(node -> {
                            if (node instanceof Name use
                                    && use.id().equals(wanted)
                                    && unit.function(use) == callee) {
                                found.add(use);
                            }
                        }));
        return found.isEmpty() ? null : found.getFirst();
    }

    /// Whether some `next` of an iterator throws away what it gives: it asks whether there is one,
    /// or whether there is one more than the only one.
    private boolean asksForMore(Expression iterator) {
        return iterator instanceof Name name
                && unit.uses(name).stream()
                        .anyMatch(use ->
                                unit.function(use) == unit.function(name)
                                        && unit.parent(use) instanceof Call next
                                        && isCall(next, "next")
                                        && unit.parent(next)
                                                instanceof Statement.ExpressionStatement);
    }

    /// Whether the variable that takes a value is only asked whether there is one.
    private boolean isOnlyAsked(Call taken) {
        return unit.parent(taken) instanceof Statement.Assign assign
                && assign.targets().getFirst() instanceof Name variable
                && unit.uses(variable).size() > 1
                && unit.uses(variable).stream()
                        .filter(use -> use != variable)
                        .allMatch(this::isAsked);
    }

    private boolean isAsked(Name use) {
        return switch (unit.parent(use)) {
            case Expression.Comparison test ->
                    test.operators().stream()
                            .allMatch(o -> o == Operator.IS || o == Operator.IS_NOT);
            case Expression.Unary not -> not.operator() == Operator.NOT;
            case Branch branch -> branch.test() == use;
            case null, default -> false;
        };
    }

    private @Nullable Sink method(Attribute attribute, int depth) {
        if (!(unit.parent(attribute) instanceof Call call) || call.function() != attribute) {
            return null;
        }
        return switch (attribute.name()) {
            case "pop", "popleft", "popitem" -> Sink.one(call, "decides what `pop` gives");
            case "index" -> new Sink(call, "decides the index");
            case "copy" -> follow(call, depth + 1);
            case "items", "values", "keys" -> follow(call, depth + 1);
            default -> null;
        };
    }

    private @Nullable Sink target(Expression target, int depth) {
        return switch (target) {
            case Name name when name.id().equals("__all__") -> null;
            case Name name -> uses(name, depth);
            case Attribute attribute -> attribute(attribute, depth);
            case Expression.Subscript subscript -> Sink.open(subscript, "is stored with it");
            default -> null;
        };
    }

    /// The order in a variable: forgotten when the variable is sorted anywhere, else followed from
    /// each of its uses.
    private @Nullable Sink uses(Name name, int depth) {
        if (!visited.add(name)) {
            return null;
        }
        List<Name> all = unit.uses(name);
        int end = rebound(name, all);
        var reads = new ArrayList<Name>();
        for (Name use : all) {
            if (isSorted(use)) {
                return null;
            }
            if ((use.start() > name.start() || inLoop(name)) && use.start() < end) {
                reads.add(use);
            }
        }
        if (reads.stream().noneMatch(use -> use != name)
                && isModuleVariable(name)
                && !name.id().equals("__all__")) {
            return Sink.open(name, "is that of `" + name.id() + "`");
        }
        for (Name use : reads) {
            if (visited.add(use)) {
                Sink sink = follow(use, depth + 1);
                if (sink != null) {
                    return sink;
                }
            }
        }
        return null;
    }

    /// Where the value in a variable ends: at the next assignment to it in the same block, or in
    /// one around it.
    private int rebound(Name name, List<Name> uses) {
        Node statement = unit.parent(name);
        if (!(statement instanceof Statement.Assign first)) {
            return Integer.MAX_VALUE;
        }
        int end = Integer.MAX_VALUE;
        for (Name use : uses) {
            Node target =
                    unit.parent(use) instanceof Expression.TupleDisplay several ? several : use;
            if (use.start() > first.end()
                    && unit.parent(target) instanceof Statement.Assign next
                    && next.targets().stream().anyMatch(each -> each == target)
                    && isAround(unit.parent(next), first)
                    && !inLoop(name)) {
                end = Math.min(end, next.end());
            }
        }
        return end;
    }

    /// Whether a block holds a statement, or what holds it. Of what has several blocks, as `if`
    /// with its `else`, one does not hold what stands in another.
    private boolean isAround(@Nullable Node block, Statement statement) {
        Node holder = unit.parent(statement);
        if (holder == block) {
            return true;
        }
        for (Node at = holder; at != null; at = unit.parent(at)) {
            if (at == block) {
                return at instanceof Branch
                        || at instanceof Statement.With
                        || at instanceof FunctionDefinition;
            }
            if (at instanceof FunctionDefinition) {
                return false;
            }
        }
        return block == null;
    }

    private boolean isModuleVariable(Name name) {
        Scope declaring = unit.declaring(name);
        return declaring != null && declaring.kind() == Scope.Kind.MODULE && !name.id().equals("_");
    }

    private @Nullable Sink attribute(Attribute attribute, int depth) {
        if (!(attribute.value() instanceof Name self)) {
            return Sink.open(attribute, "is kept in `" + attribute.name() + "`");
        }
        Node owner = unit.classAround(attribute);
        if (owner == null || !self.id().equals("self")) {
            return Sink.open(attribute, "is kept in `" + attribute.name() + "`");
        }
        var uses = new ArrayList<Attribute>();
        owner.walk(node -> {
            if (node instanceof Attribute other
                    && other.name().equals(attribute.name())
                    && other.value() instanceof Name name
                    && name.id().equals("self")) {
                uses.add(other);
            }
        });
        for (Attribute use : uses) {
            if (isSorted(use)) {
                return null;
            }
        }
        Sink kept = Sink.open(attribute, "is kept in `self." + attribute.name() + "`");
        boolean read = false;
        for (Attribute use : uses) {
            if (use != attribute && !isStored(use) && attributes.add(use)) {
                read = true;
                Sink sink = follow(use, depth + 1);
                if (sink != null) {
                    return sink.open() ? kept : sink.at(attribute, kept.what());
                }
            }
        }
        return read
                        && (attribute.name().startsWith("_")
                                || Callers.forgetAttribute(unit, attribute))
                ? null
                : kept;
    }

    /// Whether something is put into this use of an attribute.
    private boolean isStored(Attribute use) {
        return switch (unit.parent(use)) {
            case Statement.Assign assign -> assign.targets().contains(use);
            case Statement.AnnotatedAssign assign -> assign.target() == use;
            case Statement.AugmentedAssign assign -> assign.target() == use;
            case null, default -> false;
        };
    }

    /// Tells whether this use sorts the variable: `x.sort()`, or `x = sorted(x)`.
    private boolean isSorted(Expression use) {
        Node parent = unit.parent(use);
        if (parent instanceof Attribute attribute && attribute.name().equals("sort")) {
            return true;
        }
        if (parent instanceof Expression.Subscript subscript
                && subscript.value() == use
                && sorts(subscript.index())) {
            return true;
        }
        if (!(parent instanceof Call call)
                || !REORDERING.matcher(shortName(call)).find()
                || !(unit.parent(call) instanceof Statement.Assign assign)) {
            return false;
        }
        for (Expression target : assign.targets()) {
            if (unit.source().slice(target).equals(unit.source().slice(use))) {
                return true;
            }
        }
        return false;
    }

    private boolean inLoop(Node node) {
        for (Node at = unit.parent(node); at != null; at = unit.parent(at)) {
            if (at instanceof Statement.For || at instanceof Statement.While) {
                return true;
            }
            if (at instanceof FunctionDefinition) {
                return false;
            }
        }
        return false;
    }

    /// What the body of a loop does that depends on the order of its turns.
    private @Nullable Sink loop(Statement.For loop, int depth) {
        var counters = new HashSet<String>();
        if (isCall(loop.iterable(), "enumerate")
                && loop.target() instanceof Expression.TupleDisplay pair
                && !pair.elements().isEmpty()
                && pair.elements().getFirst() instanceof Name index) {
            counters.add(index.id());
        }
        var body = new ArrayList<Node>();
        for (Statement statement : loop.body()) {
            collect(statement, body);
        }
        for (Node node : body) {
            if (node instanceof Statement.AugmentedAssign assign
                    && (assign.target() instanceof Name || assign.target() instanceof Attribute)
                    && assign.value() instanceof Expression.NumberLiteral) {
                counters.add(unit.source().slice(assign.target()));
            }
        }
        var bound = new HashSet<String>();
        loop.target().walk(node -> named(node, bound));
        for (Node node : body) {
            Sink sink = effect(node, loop, counters, bound, depth);
            if (sink != null) {
                return sink;
            }
        }
        return null;
    }

    private static void named(Node node, Set<String> into) {
        if (node instanceof Name name) {
            into.add(name.id());
        }
    }

    /// Whether this is one list of many, chosen by what the turn is about: each gets its own.
    static boolean isKeyed(Expression list, Set<String> bound) {
        boolean[] keyed = {false};
        if (list instanceof Expression.Subscript subscript) {
            subscript
                    .index()
                    .walk(node -> keyed[0] |= node instanceof Name n && bound.contains(n.id()));
        }
        return keyed[0]
                || list instanceof Call call
                        && call.function() instanceof Attribute a
                        && a.name().equals("setdefault");
    }

    private static boolean isNone(Expression value) {
        return value instanceof Expression.Constant constant
                && constant.kind() == Expression.Constant.Kind.NONE;
    }

    /// Whether each turn of a loop begins this list anew: then it holds what is of that turn alone.
    private boolean isFresh(Expression list, Statement.For loop) {
        Expression root = list;
        while (root instanceof Attribute attribute) {
            root = attribute.value();
        }
        if (!(root instanceof Name name)) {
            return false;
        }
        boolean fresh = false;
        for (Name use : unit.uses(name)) {
            boolean bound =
                    switch (unit.parent(use)) {
                        case Statement.Assign assign -> assign.targets().contains(use);
                        case Statement.AnnotatedAssign assign -> assign.target() == use;
                        case null, default -> false;
                    };
            boolean inside = use.start() >= loop.start() && use.end() <= loop.end();
            fresh |= bound && inside;
            if (!inside) {
                return false;
            }
        }
        return fresh;
    }

    private @Nullable Sink effect(
            Node node, Statement.For loop, Set<String> counters, Set<String> bound, int depth) {
        return switch (node) {
            case Call call -> {
                if (call.function() instanceof Attribute attribute
                        && Set.of("append", "extend", "insert", "appendleft")
                                .contains(attribute.name())
                        && !call.arguments().isEmpty()
                        && !isNone(call.arguments().getLast())
                        && !isFresh(attribute.value(), loop)
                        && !isKeyed(attribute.value(), bound)) {
                    yield collected(attribute.value(), call, depth);
                }
                if (draws(call)) {
                    yield new Sink(call, "decides who gets which random numbers");
                }
                if (learns(call, bound)) {
                    yield new Sink(call, "is that in which the model learns");
                }
                yield isNumbered(call, bound)
                        ? new Sink(call, "decides the numbers that `" + shortName(call) + "` gives")
                        : null;
            }
            case Statement.AugmentedAssign assign -> {
                boolean list =
                        assign.value() instanceof Expression.ListDisplay
                                || assign.value() instanceof Comprehension;
                yield list
                                && assign.operator() == Operator.ADD
                                && !isFresh(assign.target(), loop)
                                && !isKeyed(assign.target(), bound)
                        ? collected(assign.target(), assign, depth)
                        : null;
            }
            case Statement.Assign assign -> {
                for (Expression target : assign.targets()) {
                    if (target instanceof Expression.Subscript subscript
                            && (numbers(assign.value(), counters, subscript)
                                    || numbers(subscript.index(), counters, subscript))) {
                        yield new Sink(assign, NUMBERS);
                    }
                }
                yield null;
            }
            case Expression.Yield yielded -> yielded(yielded, depth);
            case Expression.YieldFrom yielded -> yielded(yielded, depth);
            default -> null;
        };
    }

    /// Whether a function of the project that gets what the turn is about numbers it: by a count,
    /// or by the size of what it fills, as vocabularies do.
    private boolean isNumbered(Call call, Set<String> bound) {
        if (call.arguments().stream().noneMatch(a -> a instanceof Name n && bound.contains(n.id()))
                || !(unit.module().symbol(call.function()) instanceof Symbol.Function f)) {
            return false;
        }
        var nodes = new ArrayList<Node>();
        f.definition().body().forEach(statement -> collect(statement, nodes));
        var source = f.module().source();
        var counters = new HashSet<String>();
        for (Node node : nodes) {
            if (node instanceof Statement.AugmentedAssign assign) {
                counters.add(source.slice(assign.target()));
            }
        }
        for (Node node : nodes) {
            if (node instanceof Statement.Assign assign
                    && assign.targets().getFirst() instanceof Expression.Subscript) {
                boolean[] counts = {counters.contains(source.slice(assign.value()))};
                assign.value()
                        .walk(inner ->
                                counts[0] |= inner instanceof Call size && isCall(size, "len"));
                if (counts[0]) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Tells whether the call takes numbers from a shared generator, as a layer's weights do.
    private boolean draws(Call call) {
        String name = unit.name(call.function());
        return name != null && name.indexOf('(') < 0 && DRAWING.stream().anyMatch(name::startsWith);
    }

    /// Tells whether a step of learning is taken here, or in a function of the project that gets
    /// what the turn is about.
    private boolean learns(Call call, Set<String> bound) {
        if (isStep(call)) {
            return true;
        }
        if (call.arguments().stream().noneMatch(a -> a instanceof Name n && bound.contains(n.id()))
                || !(unit.module().symbol(call.function()) instanceof Symbol.Function f)) {
            return false;
        }
        boolean[] found = {false};
        for (Statement statement : f.definition().body()) {
            statement.walk(node -> found[0] |= node instanceof Call inner && isStep(inner));
        }
        return found[0];
    }

    private static boolean isStep(Call call) {
        return call.function() instanceof Attribute method && method.name().equals("backward")
                || LEARNING.matcher(shortName(call)).matches();
    }

    /// Whether a value counts the turns: a counter, or the size of what is being filled.
    private boolean numbers(Expression value, Set<String> counters, Expression.Subscript filled) {
        return (value instanceof Name || value instanceof Attribute)
                        && counters.contains(unit.source().slice(value))
                || value instanceof Call call
                        && call.function() instanceof Name callee
                        && callee.id().equals("len")
                        && call.argument(0) != null
                        && unit.source()
                                .slice(call.arguments().getFirst())
                                .equals(unit.source().slice(filled.value()));
    }

    /// Whether a list that a loop fills is read in another loop over the same thing: what belongs
    /// together meets again, in whatever order.
    private boolean isPaired(Name use, Node place) {
        Statement.For filling = loopAround(place);
        return filling != null
                && filling.iterable() instanceof Name source
                && loopAround(use) instanceof Statement.For reading
                && reading != filling
                && (reading.iterable() == source || goesOver(reading.iterable(), source.id()));
    }

    /// Whether the turn that fills a list takes what it has put there: `found[-1]`.
    private boolean isJustFilled(Name use, Node place) {
        return unit.parent(use) instanceof Expression.Subscript last
                && last.value() == use
                && last.index() instanceof Expression.Unary minus
                && minus.operand() instanceof Expression.NumberLiteral one
                && one.digits().equals("1")
                && loopAround(use) != null
                && loopAround(use) == loopAround(place);
    }

    /// Whether a loop goes over `name`, `enumerate(name)` or `zip(name, …)`.
    private static boolean goesOver(Expression iterable, String name) {
        return switch (iterable) {
            case Name n -> n.id().equals(name);
            case Call call ->
                    call.function() instanceof Name callee
                            && (callee.id().equals("enumerate") || callee.id().equals("zip"))
                            && call.arguments().stream().anyMatch(a -> goesOver(a, name));
            default -> false;
        };
    }

    private Statement.@Nullable For loopAround(Node node) {
        for (Node at = unit.parent(node); at != null; at = unit.parent(at)) {
            if (at instanceof Statement.For loop) {
                return loop;
            }
            if (at instanceof FunctionDefinition) {
                return null;
            }
        }
        return null;
    }

    /// Whether the program makes sure that a list has one element: `len(found) == 1`.
    private boolean isTheOnly(Name use) {
        return unit.parent(use) instanceof Call call
                && isCall(call, "len")
                && unit.parent(call) instanceof Expression.Comparison comparison
                && comparison.operands().getLast() instanceof Expression.NumberLiteral one
                && one.digits().equals("1");
    }

    /// Whether the function goes no further where a list has more than one element: `if len(found)
    /// > 1: raise …`.
    private boolean isMadeSureOnlyOne(Name list) {
        return unit.uses(list).stream()
                .filter(use -> unit.function(use) == unit.function(list))
                .anyMatch(use ->
                        unit.parent(use) instanceof Call call
                                && isCall(call, "len")
                                && unit.parent(call) instanceof Expression.Comparison test
                                && test.operands().getFirst() == call
                                && test.operands().getLast() instanceof Expression.NumberLiteral one
                                && one.digits().equals("1")
                                && isDemanded(test));
    }

    private boolean isDemanded(Expression.Comparison test) {
        Operator how = test.operators().getFirst();
        return switch (around(test, how == Operator.EQUAL ? Operator.AND : Operator.OR)) {
            case Statement.Assert _ -> how == Operator.EQUAL;
            case Branch branch ->
                    (how == Operator.GREATER || how == Operator.NOT_EQUAL)
                            && !branch.body().isEmpty()
                            && branch.body().getLast() instanceof Statement.Raise;
            case null, default -> false;
        };
    }

    /// What holds a condition, as the whole or as a part of a chain of one operator.
    private @Nullable Node around(Expression.Comparison test, Operator chain) {
        return unit.parent(test) instanceof Expression.Logical all && all.operator() == chain
                ? unit.parent(all)
                : unit.parent(test);
    }

    /// The order has become that of a list which is filled turn by turn.
    private @Nullable Sink collected(Expression list, Node place, int depth) {
        if (TOLD.matcher(unit.source().slice(list)).find()) {
            return null;
        }
        return switch (list) {
            case Name name -> {
                if (unit.bindings(name).isEmpty()
                        || isParameter(name)
                                && unit.bindings(name).stream().allMatch(b -> b.value() == null)) {
                    yield Sink.open(place, "is that of the list that is filled");
                }
                for (Name use : unit.uses(name)) {
                    if (isSorted(use) || isTheOnly(use)) {
                        yield null;
                    }
                }
                boolean read = false;
                for (Name use : unit.uses(name)) {
                    boolean filling =
                            unit.parent(use) instanceof Attribute attribute
                                    && Set.of("append", "extend", "insert", "appendleft")
                                            .contains(attribute.name());
                    boolean binding =
                            unit.parent(use) instanceof Statement.Assign assign
                                    && assign.targets().contains(use);
                    read |= !filling && !binding && use != list;
                    if (!filling
                            && use != list
                            && !isPaired(use, place)
                            && !isJustFilled(use, place)
                            && visited.add(use)) {
                        Sink sink = follow(use, depth + 1);
                        if (sink != null) {
                            yield sink.at(place, "is that of the list that is filled");
                        }
                    }
                }
                yield !read && isModuleVariable(name)
                        ? Sink.open(place, "is that of the list that is filled")
                        : null;
            }
            case Attribute attribute -> {
                Sink sink = attribute(attribute, depth);
                yield sink == null ? null : sink.at(place, sink.what());
            }
            default ->
                    isSortedLater(list, place)
                            ? null
                            : Sink.open(place, "is that of the list that is filled");
        };
    }

    /// Whether a statement behind `place` sorts something of what the list is a part of.
    private boolean isSortedLater(Expression list, Node place) {
        Expression root = list;
        while (root instanceof Expression.Subscript subscript) {
            root = subscript.value();
        }
        if (!(root instanceof Name name)) {
            return false;
        }
        return unit.uses(name).stream()
                .filter(use -> use.start() > place.end())
                .anyMatch(use -> {
                    for (Node at = unit.parent(use);
                            at != null && !(at instanceof FunctionDefinition);
                            at = unit.parent(at)) {
                        if (at instanceof Call call
                                && shortName(call).toLowerCase(Locale.ROOT).contains("sort")) {
                            return true;
                        }
                    }
                    return false;
                });
    }

    private boolean isParameter(Name name) {
        Node function = unit.function(name);
        List<Parameter> parameters =
                switch (function) {
                    case FunctionDefinition definition -> definition.parameters();
                    case Expression.Lambda lambda -> lambda.parameters();
                    case null, default -> List.of();
                };
        return parameters.stream().anyMatch(parameter -> parameter.name().equals(name.id()));
    }

    private static void collect(Node node, List<Node> into) {
        into.add(node);
        if (!(node instanceof FunctionDefinition) && !(node instanceof Expression.Lambda)) {
            node.children(child -> collect(child, into));
        }
    }

    /// Tells whether a chain of `and`/`or` only decides a branch.
    private boolean truth(Expression logical) {
        Node parent = unit.parent(logical);
        return parent instanceof Branch
                || parent instanceof Statement.While
                || parent instanceof Statement.Assert
                || parent instanceof Expression.Unary;
    }

    /// Whether an index is the order of a sort: `rows[rows[:, 0].argsort()]`.
    private static boolean sorts(Expression index) {
        boolean[] found = {false};
        index.walk(node -> found[0] |= node instanceof Call call && isCall(call, "argsort"));
        return found[0];
    }

    /// Whether what is picked is only logged: `log.info(names[-1])`.
    private boolean isOnlyLogged(Expression.Subscript picked) {
        return unit.callOfArgument(picked) instanceof Call call
                && LOGGING.contains(shortName(call))
                && unit.parent(call) instanceof Statement.ExpressionStatement;
    }

    private static boolean isSlice(Expression.Subscript subscript) {
        return subscript.index() instanceof Expression.Slice;
    }

    static boolean isCall(Expression expression, String name) {
        return expression instanceof Call call && shortName(call).equals(name);
    }

    /// The last part of the callee's name: `glob` of `pathlib.Path().glob()`; empty when it has
    /// none.
    static String shortName(Call call) {
        return switch (call.function()) {
            case Name name -> name.id();
            case Attribute attribute -> attribute.name();
            default -> "";
        };
    }
}
