package dev.lockstep.check;

import dev.lockstep.source.Argument;
import dev.lockstep.source.Assigned;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Node;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Values that are made of constants and of the shapes of tensors alone, such as a grid of places:
/// torch computes no gradient of them.
final class Gradientless {
    private static final int MOST = 8;

    /// What a tensor tells of itself that has no gradient.
    private static final Set<String> SHAPE =
            Set.of("shape", "size", "dim", "ndim", "device", "dtype", "numel");

    /// Words of a function that may make something that learns.
    private static final Pattern LEARNING = Pattern.compile("Parameter|requires_grad|\\bnn\\b");

    private Gradientless() {}

    static boolean is(Unit unit, Expression value) {
        return is(unit, value, 0);
    }

    private static boolean is(Unit unit, Expression value, int depth) {
        if (depth > MOST) {
            return false;
        }
        return switch (value) {
            case Expression.NumberLiteral _, Expression.StringLiteral _, Expression.Constant _ ->
                    true;
            case Expression.TupleDisplay many -> all(unit, many.elements(), depth);
            case Expression.ListDisplay many -> all(unit, many.elements(), depth);
            case Expression.Binary sum -> all(unit, sum.operands(), depth);
            case Expression.Unary one -> is(unit, one.operand(), depth + 1);
            case Expression.Starred many -> is(unit, many.value(), depth + 1);
            case Expression.Subscript part -> is(unit, part.value(), depth + 1);
            case Attribute part -> SHAPE.contains(part.name()) || isOfTorch(unit, part);
            case Name name -> isMadeSo(unit, name, depth);
            case Call call -> gives(unit, call, depth);
            default -> false;
        };
    }

    private static boolean all(Unit unit, List<Expression> values, int depth) {
        return values.stream().allMatch(value -> is(unit, value, depth + 1));
    }

    /// A constant of torch, `torch.float32`.
    private static boolean isOfTorch(Unit unit, Attribute part) {
        String name = unit.name(part);
        return name != null && name.startsWith("torch.") && name.indexOf('(') < 0;
    }

    private static boolean isMadeSo(Unit unit, Name name, int depth) {
        List<Assigned> bindings = unit.bindings(name);
        return !bindings.isEmpty()
                && bindings.stream()
                        .map(Assigned::value)
                        .allMatch(value -> value != null && is(unit, value, depth + 1))
                && unit.uses(name).stream().noneMatch(use -> isChanged(unit, use));
    }

    /// Whether something is written into a variable's value here.
    private static boolean isChanged(Unit unit, Name use) {
        Node holder = unit.parent(use);
        if (holder instanceof Attribute method) {
            return method.name().endsWith("_");
        }
        Node changed = holder instanceof Expression.Subscript part ? part : use;
        return switch (unit.parent(changed)) {
            case Statement.AugmentedAssign update -> update.target() == changed;
            case Statement.Assign assign ->
                    changed != use
                            && changed instanceof Expression part
                            && assign.targets().contains(part);
            case null, default -> false;
        };
    }

    private static boolean gives(Unit unit, Call call, int depth) {
        if (call.function() instanceof Attribute method && SHAPE.contains(method.name())) {
            return true;
        }
        boolean plain =
                Stream.concat(
                                call.arguments().stream(),
                                call.keywords().stream().map(Argument::value))
                        .allMatch(argument -> is(unit, argument, depth + 1));
        if (!plain || FactFinder.isTrue(call.keyword("requires_grad"))) {
            return false;
        }
        return switch (unit.module().symbol(call.function())) {
            case Symbol.Function f ->
                    f.owner() == null
                            && !LEARNING.matcher(f.module().source().slice(f.definition())).find();
            case Symbol.External external when external.name().indexOf('(') < 0 ->
                    external.name().startsWith("torch.") && !external.name().startsWith("torch.nn.")
                            || external.name().startsWith("builtins.");
            case null, default ->
                    call.function() instanceof Attribute method
                            && !method.name().endsWith("_")
                            && is(unit, method.value(), depth + 1);
        };
    }
}
