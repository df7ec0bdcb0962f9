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
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Follows a value whose order is arbitrary to the place where the order matters.
///
/// It looks inside one file and stays silent where it cannot tell: an order is followed through
/// lists, slices, comprehensions, progress bars, variables and attributes of `self`, and is
/// forgotten by sorting, counting, membership tests, sets, and printing.
///
/// This class walks from an expression to what holds it. What functions do with an order is in
/// {@link OrderWords}; variables, functions of the file, loops and lists that are filled have
/// classes of their own, which come back here with what they find.
final class OrderFlow {
    private static final String NUMBERS = "decides the numbers";

    /// How the message begins of an order that is kept in an attribute.
    static final String KEPT = "is kept in `";

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

        /// Where things are numbered.
        static Sink numbering(Node node) {
            return new Sink(node, NUMBERS);
        }

        /// Where the order leaves what is followed.
        static Sink open(Node node, String what) {
            return new Sink(node, what, false, true, null);
        }

        /// Whether the order becomes numbers: whoever numbers things numbers texts.
        boolean numbers() {
            return what.equals(NUMBERS);
        }

        /// Whether an object keeps the order in an attribute.
        boolean isKept() {
            return what.startsWith(KEPT);
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

    private final Unit unit;
    private final Into into;
    private final OnlyOne onlyOne;
    private final OrderVariables variables;
    private final OrderFunctions functions;
    private final FilledLists lists;
    private final NumberedLoops numbered;

    OrderFlow(Unit unit) {
        this(unit, Into.ANY_CALL);
    }

    OrderFlow(Unit unit, Into into) {
        this.unit = unit;
        this.into = into;
        this.onlyOne = new OnlyOne(unit);
        this.variables = new OrderVariables(unit, this);
        this.functions = new OrderFunctions(unit, this, variables);
        this.lists = new FilledLists(unit, this, variables, onlyOne);
        this.numbered = new NumberedLoops(unit);
    }

    /// Takes an expression whose order is arbitrary, gives where that order matters, or null.
    @Nullable Sink follow(Expression expression) {
        return unit.function(expression) instanceof FunctionDefinition f
                        && OrderWords.isPassingOn(f)
                ? null
                : follow(expression, 0);
    }

    /// Takes an expression whose order is arbitrary, and where it matters in this file; gives where
    /// it matters when those who call a function in other files are asked, or null.
    @Nullable Sink afterCallers(Expression expression, Sink sink) {
        Sink found = sink;
        while (found != null && found.left() != null && Callers.forget(unit, found.left())) {
            functions.forget(found.left());
            variables.clear();
            found = follow(expression);
        }
        return found;
    }

    /// Whether the order is that of what a function lists for people to choose from, which nobody
    /// in the project calls.
    boolean isOffered(Sink sink) {
        FunctionDefinition function = sink.left();
        return function != null
                && OrderWords.isOffering(function)
                && !Callers.areThere(unit, function);
    }

    /// Follows an order on from an expression that has it by now.
    ///
    /// @param depth how far it has been followed
    @Nullable Sink follow(Expression expression, int depth) {
        Node parent = unit.parent(expression);
        if (parent == null || depth > 24) {
            return null;
        }
        return switch (parent) {
            case Argument argument -> {
                Call call = unit.callOfArgument(expression);
                String name = argument.name();
                yield call == null || name != null && OrderWords.isOffered(name)
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
                        || OrderVariables.sorts(subscript.index())
                        || isOnlyLogged(subscript)
                        || expression instanceof Name list && onlyOne.isMadeSureOnlyOne(list)) {
                    yield null;
                }
                if (numbered.around(subscript) instanceof Statement.For loop) {
                    yield new LoopTurns(unit, this, lists, loop, depth).about(subscript).effect();
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
            case Expression.Walrus walrus -> variables.uses(walrus.target(), depth);
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
                            ? functions.returned(
                                    f, statement, "is that of the value returned", depth)
                            : Sink.open(statement, "is that of the value returned");
            case Expression.Yield yielded -> yielded(yielded, depth);
            case Expression.YieldFrom yielded -> yielded(yielded, depth);
            case Statement.For loop ->
                    loop.iterable() == expression
                            ? new LoopTurns(unit, this, lists, loop, depth).effect()
                            : null;
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
            if (at instanceof Attribute part && OrderWords.isArrayOf(part)) {
                return true;
            }
            at = unit.parent(at);
        }
        return false;
    }

    /// Follows an order on from where a function yields turn by turn, or yields from what has it.
    @Nullable Sink yielded(Expression yielded, int depth) {
        return unit.function(yielded) instanceof FunctionDefinition f
                ? functions.returned(f, yielded, "is that of the values yielded", depth)
                : Sink.open(yielded, "is that of the values yielded");
    }

    private @Nullable Sink comprehension(Comprehension node, Generator generator, int depth) {
        return switch (node.kind()) {
            case SET -> null;
            case DICT -> isCall(generator.iterable(), "enumerate") ? Sink.numbering(node) : null;
            case LIST, GENERATOR -> follow(node, depth + 1);
        };
    }

    private @Nullable Sink intoCall(Call call, Expression argument, int depth) {
        String short_ = shortName(call);
        if (short_.toLowerCase(Locale.ROOT).contains("sort")
                || OrderWords.forgets(call)
                || OrderWords.isSortingLabels(unit.source().slice(call.function()))
                || short_.equals("dict") && argument instanceof Comprehension
                || short_.endsWith("Error")
                || short_.endsWith("Exception")) {
            return null;
        }
        if (short_.equals("enumerate")
                && unit.parent(call) instanceof Generator generator
                && unit.parent(generator) instanceof Comprehension comprehension
                && comprehension.kind() == Comprehension.Kind.DICT) {
            return Sink.numbering(comprehension);
        }
        if (unit.parent(call) instanceof Call made
                && isCall(made, "dict")
                && (short_.equals("enumerate")
                        || short_.equals("zip")
                                && call.arguments().stream()
                                        .anyMatch(a -> isCall(a, "range") || isCall(a, "count")))) {
            return Sink.numbering(made);
        }
        if (OrderWords.isPassing(call)) {
            return follow(call, depth + 1);
        }
        if (short_.isEmpty()) {
            return null;
        }
        if (short_.equals("next")) {
            return unit.parent(call) instanceof Expression.Comparison
                            || onlyOne.asksForMore(argument)
                            || onlyOne.isOnlyAsked(call)
                    ? null // whether there is one
                    : Sink.one(call, "decides what `next` gives");
        }
        if (call.function() instanceof Attribute attribute
                && (short_.equals("append")
                        || short_.equals("extend")
                        || short_.equals("insert"))) {
            return lists.collected(attribute.value(), call, depth);
        }
        if (unit.parent(call) instanceof Call outer
                        && (isCall(outer, "len") || isCall(outer, "bool"))
                || unit.parent(call) instanceof Expression.Comparison
                || unit.parent(call) instanceof Expression.Unary) {
            return null;
        }
        if (into == Into.KNOWN_CALLS && !OrderWords.isUsing(call)
                || OrderWords.isMakingArray(call)
                        && unit.parent(call) instanceof Call outer
                        && OrderWords.isForgetting(outer)) {
            return null;
        }
        return functions.intoFunction(
                call, argument, new Sink(call, "is that of what `" + short_ + "` gets"), depth);
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
            case Name name -> variables.uses(name, depth);
            case Attribute attribute -> variables.attribute(attribute, depth);
            case Expression.Subscript subscript -> Sink.open(subscript, "is stored with it");
            default -> null;
        };
    }

    /// Tells whether a chain of `and`/`or` only decides a branch.
    private boolean truth(Expression logical) {
        Node parent = unit.parent(logical);
        return parent instanceof Branch
                || parent instanceof Statement.While
                || parent instanceof Statement.Assert
                || parent instanceof Expression.Unary;
    }

    /// Whether what is picked is only logged: `log.info(names[-1])`.
    private boolean isOnlyLogged(Expression.Subscript picked) {
        return unit.callOfArgument(picked) instanceof Call call
                && OrderWords.isLogging(call)
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
