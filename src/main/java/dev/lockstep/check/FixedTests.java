package dev.lockstep.check;

import dev.lockstep.source.Branch;
import dev.lockstep.source.Decorator;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Node;
import dev.lockstep.source.Operator;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.ClassDefinition;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Symbol;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tests that the file itself answers, always in the same way: by constants, by the attributes of
/// configurations that it makes without saying anything about them, and by what a constructor
/// always makes.
final class FixedTests {
    private static final int MOST = 6;

    private FixedTests() {}

    /// Whether a place stands where a test leads that never holds.
    static boolean isNeverReached(Unit unit, Node place) {
        Node below = place;
        for (Node at = unit.parent(place); at != null; at = unit.parent(at)) {
            if (isBarred(unit, at, below)) {
                return true;
            }
            if (at instanceof FunctionDefinition) {
                return false;
            }
            below = at;
        }
        return false;
    }

    /// Whether what holds a node leads to it by a test that never comes out so.
    private static boolean isBarred(Unit unit, Node holder, Node inner) {
        return switch (holder) {
            case Branch branch when branch.test() != inner ->
                    isFixed(unit, branch.test(), false, 0);
            case Expression.Conditional choice when choice.then() == inner ->
                    isFixed(unit, choice.test(), false, 0);
            case Expression.Conditional choice when choice.otherwise() == inner ->
                    isFixed(unit, choice.test(), true, 0);
            default -> false;
        };
    }

    /// Whether a test always comes out like this.
    private static boolean isFixed(
            Unit unit, @Nullable Expression test, boolean outcome, int depth) {
        if (depth > MOST) {
            return false;
        }
        return switch (test) {
            case Expression.Constant constant ->
                    outcome ? FactFinder.isTrue(constant) : FactFinder.isFalse(constant);
            case Expression.Unary not ->
                    not.operator() == Operator.NOT
                            && isFixed(unit, not.operand(), !outcome, depth + 1);
            case Expression.Logical many -> {
                boolean one = (many.operator() == Operator.OR) == outcome;
                yield one
                        ? many.operands().stream()
                                .anyMatch(part -> isFixed(unit, part, outcome, depth + 1))
                        : many.operands().stream()
                                .allMatch(part -> isFixed(unit, part, outcome, depth + 1));
            }
            case Name name -> isFixed(unit, unit.value(name), outcome, depth + 1);
            case Expression.Comparison comparison ->
                    comparison.operators().size() == 1
                            && comparison.operators().getFirst()
                                    == (outcome ? Operator.IS_NOT : Operator.IS)
                            && isNone(comparison.operands().getLast())
                            && comparison.operands().getFirst() instanceof Attribute part
                            && isAlwaysMade(unit, part);
            case Attribute part -> isFixed(unit, byDefault(unit, part), outcome, depth + 1);
            case null, default -> false;
        };
    }

    /// What an attribute is of an object whose class the file has, which is made here without
    /// saying anything about it, and which nothing in the file changes.
    private static @Nullable Expression byDefault(Unit unit, Attribute part) {
        if (!(part.value() instanceof Name object)
                || !(unit.value(object) instanceof Call made)
                || made.isOpen()
                || !made.arguments().isEmpty()
                || made.keyword(part.name()) != null
                || !(unit.module().symbol(made.function()) instanceof Symbol.Class own)
                || own.module() != unit.module()
                || isChanged(unit, part)) {
            return null;
        }
        List<Expression> kept = unit.attributeValues(own.definition(), part.name());
        for (Statement statement : own.definition().body()) {
            switch (statement) {
                case FunctionDefinition init when init.name().equals("__init__") -> {
                    return kept.size() == 1 && kept.getFirst() instanceof Name given
                            ? fallback(init, given.id())
                            : null;
                }
                case Statement.AnnotatedAssign field
                        when field.target() instanceof Name name
                                && name.id().equals(part.name())
                                && isDataclass(own) -> {
                    return kept.isEmpty() ? field.value() : null;
                }
                default -> {}
            }
        }
        return null;
    }

    private static @Nullable Expression fallback(FunctionDefinition function, String parameter) {
        return function.parameters().stream()
                .filter(one -> one.name().equals(parameter))
                .findFirst()
                .map(Parameter::fallback)
                .orElse(null);
    }

    private static boolean isDataclass(Symbol.Class own) {
        return own.definition().decorators().stream()
                .map(Decorator::expression)
                .anyMatch(how ->
                        "dataclasses.dataclass"
                                .equals(
                                        own.module()
                                                .resolve(
                                                        how instanceof Call call
                                                                ? call.function()
                                                                : how)));
    }

    /// Whether the file sets an attribute of this name on something else than `self`.
    private static boolean isChanged(Unit unit, Attribute part) {
        return unit.statements().stream()
                        .anyMatch(statement ->
                                statement instanceof Statement.Assign assign
                                        && assign.targets().stream()
                                                .anyMatch(target ->
                                                        target instanceof Attribute other
                                                                && other.name().equals(part.name())
                                                                && !isSelf(other.value())))
                || unit.calls().stream()
                        .anyMatch(call ->
                                OrderFlow.isCall(call, "setattr")
                                        || OrderFlow.isCall(call, "update"));
    }

    private static boolean isNone(Expression expression) {
        return expression instanceof Expression.Constant constant
                && constant.kind() == Expression.Constant.Kind.NONE;
    }

    /// Whether `self.part` is an object in every method: the constructor makes it on its only way,
    /// and nothing in the project assigns to an attribute of that name elsewhere.
    private static boolean isAlwaysMade(Unit unit, Attribute part) {
        ClassDefinition owner = unit.classAround(part);
        if (owner == null || !isSelf(part.value())) {
            return false;
        }
        boolean made =
                owner.body().stream()
                        .filter(FunctionDefinition.class::isInstance)
                        .map(FunctionDefinition.class::cast)
                        .filter(function -> function.name().equals("__init__"))
                        .flatMap(init -> init.body().stream())
                        .anyMatch(statement -> makes(unit, statement, part.name()));
        return made
                && NamedAlike.files(unit, part.name(), "." + part.name() + " =")
                                .flatMap(file ->
                                        file.statements().stream()
                                                .filter(statement ->
                                                        assigns(statement, part.name()))
                                                .filter(statement ->
                                                        mayBeOf(unit, owner, file, statement)))
                                .count()
                        == 1;
    }

    /// Whether a statement of a file may speak of an object of a class: in that class, in one that
    /// comes from it, or in no class.
    private static boolean mayBeOf(
            Unit unit, ClassDefinition owner, Unit file, Statement statement) {
        ClassDefinition around = file.classAround(statement);
        String name = unit.module().name() + "." + owner.name();
        return around == null
                || around == owner
                || !(statement instanceof Statement.Assign assign
                        && assign.targets().getFirst() instanceof Attribute kept
                        && isSelf(kept.value()))
                || around.bases().stream()
                        .anyMatch(base ->
                                file.module().symbol(base) instanceof Symbol.Class parent
                                        && parent.module().project().isKindOf(parent, name));
    }

    /// Whether a statement keeps a new object of a class under this name.
    private static boolean makes(Unit unit, Statement statement, String attribute) {
        return statement instanceof Statement.Assign assign
                && assign.targets().size() == 1
                && assigns(assign, attribute)
                && assign.value() instanceof Call call
                && unit.module().symbol(call.function()) instanceof Symbol.Class;
    }

    private static boolean assigns(Statement statement, String attribute) {
        return statement instanceof Statement.Assign assign
                && assign.targets().stream()
                        .anyMatch(target ->
                                target instanceof Attribute kept && kept.name().equals(attribute));
    }

    private static boolean isSelf(Expression expression) {
        return expression instanceof Name name && name.id().equals("self");
    }
}
