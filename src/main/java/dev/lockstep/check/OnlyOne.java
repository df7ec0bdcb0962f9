package dev.lockstep.check;

import dev.lockstep.source.Branch;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Node;
import dev.lockstep.source.Operator;
import dev.lockstep.source.Statement;
import org.jspecify.annotations.Nullable;

/// Whether a program makes sure that there is only one, or only asks whether there is one: then the
/// order does not matter where one element is taken.
final class OnlyOne {
    private final Unit unit;

    OnlyOne(Unit unit) {
        this.unit = unit;
    }

    /// Whether some `next` of an iterator throws away what it gives: it asks whether there is one,
    /// or whether there is one more than the only one.
    boolean asksForMore(Expression iterator) {
        return iterator instanceof Name name
                && unit.uses(name).stream()
                        .anyMatch(use ->
                                unit.function(use) == unit.function(name)
                                        && unit.parent(use) instanceof Call next
                                        && OrderFlow.isCall(next, "next")
                                        && unit.parent(next)
                                                instanceof Statement.ExpressionStatement);
    }

    /// Whether the variable that takes a value is only asked whether there is one.
    boolean isOnlyAsked(Call taken) {
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

    /// Whether the program makes sure that a list has one element: `len(found) == 1`.
    boolean isTheOnly(Name use) {
        return unit.parent(use) instanceof Call call
                && OrderFlow.isCall(call, "len")
                && unit.parent(call) instanceof Expression.Comparison comparison
                && comparison.operands().getLast() instanceof Expression.NumberLiteral one
                && one.digits().equals("1");
    }

    /// Whether the function goes no further where a list has more than one element: `if len(found)
    /// > 1: raise …`.
    boolean isMadeSureOnlyOne(Name list) {
        return unit.uses(list).stream()
                .filter(use -> unit.function(use) == unit.function(list))
                .anyMatch(use ->
                        unit.parent(use) instanceof Call call
                                && OrderFlow.isCall(call, "len")
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
}
