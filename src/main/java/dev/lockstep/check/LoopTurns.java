package dev.lockstep.check;

import dev.lockstep.check.OrderFlow.Sink;
import dev.lockstep.source.Assigned;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Comprehension;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Node;
import dev.lockstep.source.Operator;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the turns of a loop do that depends on their order: fill a list, number things, draw, learn
/// or yield.
final class LoopTurns {
    private final Unit unit;
    private final OrderFlow flow;
    private final FilledLists lists;
    private final Statement.For loop;
    private final int depth;
    private final List<Node> body = new ArrayList<>();

    /// What counts the turns, as it is written.
    private final Set<String> counters = new HashSet<>();

    /// The names that stand for what the turn is about.
    private final Set<String> bound = new HashSet<>();

    /// How the element of the turn is written where a number picks it; empty when it has a name.
    private String written = "";

    /// @param depth how far the order has been followed
    LoopTurns(Unit unit, OrderFlow flow, FilledLists lists, Statement.For loop, int depth) {
        this.unit = unit;
        this.flow = flow;
        this.lists = lists;
        this.loop = loop;
        this.depth = depth;
        if (OrderFlow.isCall(loop.iterable(), "enumerate")
                && loop.target() instanceof Expression.TupleDisplay pair
                && !pair.elements().isEmpty()
                && pair.elements().getFirst() instanceof Name index) {
            counters.add(index.id());
        }
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
        loop.target().walk(node -> named(node, bound));
    }

    /// For a loop over the numbers of a list: the turn is about the element of its number, by
    /// whatever name the turn gives it.
    LoopTurns about(Expression.Subscript element) {
        counters.addAll(bound);
        bound.clear();
        written = unit.source().slice(element);
        for (Node node : body) {
            if (node instanceof Statement.Assign assign && isAbout(assign.value())) {
                assign.targets().forEach(target -> target.walk(name -> named(name, bound)));
            }
        }
        return this;
    }

    /// The first thing in the body that depends on the order of the turns, or null.
    @Nullable Sink effect() {
        for (Node node : body) {
            Sink sink = effect(node);
            if (sink != null) {
                return sink;
            }
        }
        return null;
    }

    /// Whether a call gets what the turn is about.
    private boolean isAboutTurn(Call call) {
        return call.arguments().stream()
                .anyMatch(a -> a instanceof Name n && bound.contains(n.id()) || isAbout(a));
    }

    /// Whether this is how the element of the turn is picked.
    private boolean isAbout(Expression expression) {
        return expression instanceof Expression.Subscript
                && unit.source().slice(expression).equals(written);
    }

    private @Nullable Sink effect(Node node) {
        return switch (node) {
            case Call call -> {
                if (call.function() instanceof Attribute attribute
                        && OrderWords.isFilling(attribute)
                        && !call.arguments().isEmpty()
                        && !isNone(call.arguments().getLast())
                        && !lists.isFresh(attribute.value(), loop)
                        && !FilledLists.isKeyed(attribute.value(), bound)) {
                    yield lists.collected(attribute.value(), call, depth);
                }
                if (draws(call)) {
                    yield new Sink(call, "decides who gets which random numbers");
                }
                if (learns(call)) {
                    yield new Sink(call, "is that in which the model learns");
                }
                if (isWritten(call)) {
                    yield new Sink(call, "is that of the lines of the file that is written");
                }
                yield isNumbered(call)
                        ? new Sink(
                                call,
                                "decides the numbers that `"
                                        + OrderFlow.shortName(call)
                                        + "` gives")
                        : null;
            }
            case Statement.AugmentedAssign assign -> {
                boolean list =
                        assign.value() instanceof Expression.ListDisplay
                                || assign.value() instanceof Comprehension;
                yield list
                                && assign.operator() == Operator.ADD
                                && !lists.isFresh(assign.target(), loop)
                                && !FilledLists.isKeyed(assign.target(), bound)
                        ? lists.collected(assign.target(), assign, depth)
                        : null;
            }
            case Statement.Assign assign -> {
                for (Expression target : assign.targets()) {
                    if (target instanceof Expression.Subscript subscript
                            && (numbers(assign.value(), subscript)
                                    || numbers(subscript.index(), subscript))) {
                        yield Sink.numbering(assign);
                    }
                }
                yield null;
            }
            case Expression.Yield yielded -> flow.yielded(yielded, depth);
            case Expression.YieldFrom yielded -> flow.yielded(yielded, depth);
            default -> null;
        };
    }

    /// Whether what the turn makes is written behind what other turns wrote, into a file that was
    /// opened before the loop.
    private boolean isWritten(Call call) {
        return call.function() instanceof Attribute write
                && OrderWords.isWriting(write)
                && write.value() instanceof Name file
                && !OrderWords.isLog(file.id())
                && isOpenedBefore(file)
                && call.arguments().stream().anyMatch(this::isOfTurn);
    }

    /// Whether the last thing that is bound to a variable before the loop, and nothing in it, is a
    /// file opened for writing.
    private boolean isOpenedBefore(Name file) {
        Call opened = null;
        for (Assigned binding : unit.bindings(file)) {
            if (!(binding.value() instanceof Call opening)) {
                return false;
            }
            if (opening.start() >= loop.start() && opening.end() <= loop.end()) {
                return false;
            }
            opened = opening.end() <= loop.start() ? opening : opened;
        }
        return opened != null && isForWriting(opened);
    }

    /// Whether a call opens a file to write: `open(path, "w")`, `path.open("w")`, or
    /// `csv.writer(file)`.
    private boolean isForWriting(Call opening) {
        String name = unit.name(opening.function());
        if (name != null && OrderWords.isWriter(name)) {
            return true;
        }
        int at = opening.function() instanceof Attribute ? 0 : 1;
        return OrderFlow.isCall(opening, "open")
                && Switches.text(opening.argument(at, "mode")) instanceof String mode
                && (mode.startsWith("w") || mode.startsWith("x"));
    }

    /// Whether an expression speaks of what the turn is about, or of what it has bound.
    private boolean isOfTurn(Expression expression) {
        boolean[] found = {false};
        expression.walk(node ->
                found[0] |=
                        node instanceof Name name
                                && (bound.contains(name.id()) || isBoundInTurn(name)));
        return found[0];
    }

    private boolean isBoundInTurn(Name name) {
        return unit.bindings(name).stream()
                .anyMatch(binding ->
                        binding.value() instanceof Expression value
                                && value.start() >= loop.start()
                                && value.end() <= loop.end());
    }

    /// Whether a function of the project that gets what the turn is about numbers it: by a count,
    /// or by the size of what it fills, as vocabularies do.
    private boolean isNumbered(Call call) {
        if (!isAboutTurn(call)
                || !(unit.module().symbol(call.function()) instanceof Symbol.Function f)) {
            return false;
        }
        var nodes = new ArrayList<Node>();
        f.definition().body().forEach(statement -> collect(statement, nodes));
        var source = f.module().source();
        var counted = new HashSet<String>();
        for (Node node : nodes) {
            if (node instanceof Statement.AugmentedAssign assign) {
                counted.add(source.slice(assign.target()));
            }
        }
        for (Node node : nodes) {
            if (node instanceof Statement.Assign assign
                    && assign.targets().getFirst() instanceof Expression.Subscript) {
                boolean[] counts = {counted.contains(source.slice(assign.value()))};
                assign.value()
                        .walk(inner ->
                                counts[0] |=
                                        inner instanceof Call size
                                                && OrderFlow.isCall(size, "len"));
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
        return name != null && name.indexOf('(') < 0 && OrderWords.isDrawing(name);
    }

    /// Tells whether a step of learning is taken here, or in a function of the project that gets
    /// what the turn is about.
    private boolean learns(Call call) {
        if (OrderWords.isLearning(call)) {
            return true;
        }
        if (!isAboutTurn(call)
                || !(unit.module().symbol(call.function()) instanceof Symbol.Function f)) {
            return false;
        }
        boolean[] found = {false};
        for (Statement statement : f.definition().body()) {
            statement.walk(
                    node -> found[0] |= node instanceof Call inner && OrderWords.isLearning(inner));
        }
        return found[0];
    }

    /// Whether a value counts the turns: a counter, or the size of what is being filled.
    private boolean numbers(Expression value, Expression.Subscript filled) {
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

    private static void named(Node node, Set<String> into) {
        if (node instanceof Name name) {
            into.add(name.id());
        }
    }

    private static boolean isNone(Expression value) {
        return value instanceof Expression.Constant constant
                && constant.kind() == Expression.Constant.Kind.NONE;
    }

    private static void collect(Node node, List<Node> into) {
        into.add(node);
        if (!(node instanceof FunctionDefinition) && !(node instanceof Expression.Lambda)) {
            node.children(child -> collect(child, into));
        }
    }
}
