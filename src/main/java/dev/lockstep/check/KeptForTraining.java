package dev.lockstep.check;

import dev.lockstep.source.Argument;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.Subscript;
import dev.lockstep.source.Node;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.List;
import java.util.regex.Pattern;

/// Whether what a model gives without gradients goes into the queue of negatives that training
/// compares with: computing it evaluates nothing.
final class KeptForTraining {
    private static final Pattern QUEUE = Pattern.compile("(?i)queue");

    private static final Pattern EVALUATES =
            Pattern.compile(
                    "(?i)(^|_)(eval\\w*|test\\w*|valid\\w*|val|predict\\w*|infer\\w*|score)(_|$)");

    private KeptForTraining() {}

    static boolean is(Unit unit, Call forward) {
        return unit.function(forward) instanceof FunctionDefinition function
                && !EVALUATES.matcher(function.name()).find()
                && switch (unit.parent(forward)) {
                    case Statement.Assign assign
                            when assign.targets().size() == 1
                                    && assign.targets().getFirst() instanceof Name result ->
                            goesIntoQueue(unit, result);
                    case null -> false;
                    default -> isQueued(unit, forward);
                };
    }

    private static boolean goesIntoQueue(Unit unit, Name result) {
        List<Name> reads = unit.uses(result).stream().filter(use -> !isBound(unit, use)).toList();
        return !reads.isEmpty() && reads.stream().allMatch(use -> isQueued(unit, use));
    }

    private static boolean isBound(Unit unit, Name use) {
        return unit.parent(use) instanceof Statement.Assign assign
                && assign.targets().contains(use);
    }

    /// Whether a value is put into a queue here: `self.queue[start:end] = keys`,
    /// `self.enqueue(keys)`.
    private static boolean isQueued(Unit unit, Expression value) {
        Node holder = unit.parent(value);
        if (holder instanceof Argument) {
            holder = unit.parent(holder);
        }
        return switch (holder) {
            case Statement.Assign assign ->
                    assign.value() == value
                            && assign.targets().stream()
                                    .allMatch(target ->
                                            target instanceof Subscript place
                                                    && isQueue(place.value()));
            case Call call ->
                    unit.parent(call) instanceof Statement.ExpressionStatement
                            && QUEUE.matcher(OrderFlow.shortName(call)).find();
            case null, default -> false;
        };
    }

    private static boolean isQueue(Expression kept) {
        return switch (kept) {
            case Name name -> QUEUE.matcher(name.id()).find();
            case Attribute part -> QUEUE.matcher(part.name()).find();
            default -> false;
        };
    }
}
