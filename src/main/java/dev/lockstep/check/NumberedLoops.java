package dev.lockstep.check;

import dev.lockstep.source.Assigned;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.Subscript;
import dev.lockstep.source.Node;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import org.jspecify.annotations.Nullable;

/// Loops that go through a list by the numbers of its elements: `for i in range(len(xs)): … xs[i]`.
final class NumberedLoops {
    private static final int MOST = 4;

    private final Unit unit;

    NumberedLoops(Unit unit) {
        this.unit = unit;
    }

    /// The loop of which an element is what the turn is about, or null when the number means
    /// anything else in it, such as another list's element.
    Statement.@Nullable For around(Subscript element) {
        if (!(element.index() instanceof Name number)
                || !(element.value() instanceof Name || element.value() instanceof Attribute)) {
            return null;
        }
        for (Node at = unit.parent(element); at != null; at = unit.parent(at)) {
            switch (at) {
                case Statement.For loop when isBy(loop, number.id()) -> {
                    String list = unit.source().slice(element.value());
                    return goesThrough(loop.iterable(), list, 0)
                                    && onlyPicks(loop, number, unit.source().slice(element))
                            ? loop
                            : null;
                }
                case FunctionDefinition _, Expression.Lambda _, Expression.Comprehension _ -> {
                    return null;
                }
                default -> {}
            }
        }
        return null;
    }

    private static boolean isBy(Statement.For loop, String id) {
        return loop.target() instanceof Name target && target.id().equals(id);
    }

    /// Whether what is gone through are the numbers of all elements of a list, by whatever variable
    /// or progress bar.
    private boolean goesThrough(Expression numbers, String list, int depth) {
        if (depth > MOST) {
            return false;
        }
        return switch (numbers) {
            case Name variable ->
                    unit.value(variable) instanceof Expression value
                            && goesThrough(value, list, depth + 1);
            case Call range when unit.isBuiltin(range.function(), "range") ->
                    range.arguments().size() == 1
                            && isLength(range.arguments().getFirst(), list, depth);
            case Call bar when OrderWords.isPassing(bar) && !bar.arguments().isEmpty() ->
                    goesThrough(bar.arguments().getFirst(), list, depth + 1);
            default -> false;
        };
    }

    private boolean isLength(Expression number, String list, int depth) {
        return switch (number) {
            case Name variable ->
                    depth <= MOST
                            && unit.bindings(variable).stream()
                                    .map(Assigned::value)
                                    .allMatch(value ->
                                            value != null && isLength(value, list, depth + 1));
            case Call length ->
                    unit.isBuiltin(length.function(), "len")
                            && length.arguments().size() == 1
                            && unit.source().slice(length.arguments().getFirst()).equals(list);
            default -> false;
        };
    }

    /// Whether the number of a turn serves nothing but to pick the element, or to be told.
    private boolean onlyPicks(Statement.For loop, Name number, String element) {
        return unit.uses(number).stream()
                .filter(use -> use != loop.target())
                .filter(use -> use.start() > loop.start() && use.end() <= loop.end())
                .filter(use -> !isOfInnerLoop(loop, use))
                .allMatch(use -> isPick(use, element) || isTold(loop, use));
    }

    private boolean isPick(Name use, String element) {
        return unit.parent(use) instanceof Subscript subscript
                && subscript.index() == use
                && unit.source().slice(subscript).equals(element);
    }

    /// Whether a loop inside gives the name to its own turns, which are over with it.
    private boolean isOfInnerLoop(Statement.For loop, Name use) {
        for (Node at = unit.parent(use); at != null && at != loop; at = unit.parent(at)) {
            if (at instanceof Statement.For inner && isBy(inner, use.id())) {
                return true;
            }
        }
        return false;
    }

    private boolean isTold(Statement.For loop, Name use) {
        for (Node at = unit.parent(use); at != null && at != loop; at = unit.parent(at)) {
            if (at instanceof Call call
                    && (OrderWords.isLogging(call) || unit.isBuiltin(call.function(), "print"))) {
                return true;
            }
        }
        return false;
    }
}
