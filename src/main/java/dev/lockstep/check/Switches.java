package dev.lockstep.check;

import dev.lockstep.source.Branch;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.Expression.Unary;
import dev.lockstep.source.Node;
import dev.lockstep.source.Operator;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Finds assignments to the switches of a library: `torch.backends.cudnn.benchmark = True`.
final class Switches {
    /// One assignment.
    ///
    /// @param name the switch's full dotted name
    record Switch(Statement.Assign statement, String name, Expression value) {}

    /// How parameters are called that ask for the same in every run.
    private static final Pattern REPEATING =
            Pattern.compile("reproduc|determinis|repeatab", Pattern.CASE_INSENSITIVE);

    private Switches() {}

    static List<Switch> of(Unit unit) {
        var found = new ArrayList<Switch>();
        for (Statement statement : unit.statements()) {
            if (statement instanceof Statement.Assign assign) {
                for (Expression target : assign.targets()) {
                    if (target instanceof Attribute attribute) {
                        String name = unit.name(attribute);
                        if (name != null) {
                            found.add(new Switch(assign, name, assign.value()));
                        }
                    }
                }
            }
        }
        return found;
    }

    static @Nullable String text(@Nullable Expression value) {
        return value instanceof StringLiteral literal && !literal.bytes() ? literal.value() : null;
    }

    /// Whether a caller has to ask for what stands here by saying that nothing needs to repeat: it
    /// is the other way of a test of a parameter called as repeating is, which no call of the
    /// project leaves out or decides so.
    static boolean isDeclined(Unit unit, Statement statement) {
        Node below = statement;
        for (Node at = unit.parent(statement); at != null; at = unit.parent(at)) {
            if (declined(at, below) instanceof Name name
                    && REPEATING.matcher(name.id()).find()
                    && unit.function(statement) instanceof FunctionDefinition function
                    && isDecidedByCallers(unit, function, name.id())) {
                return true;
            }
            if (at instanceof FunctionDefinition) {
                return false;
            }
            below = at;
        }
        return false;
    }

    /// What does not hold where a test leads to a node by what is not so, or null.
    private static @Nullable Expression declined(Node holder, Node inner) {
        return switch (holder) {
            case Statement.If choice
                    when choice.branches().size() == 1 && choice.branches().getFirst() != inner ->
                    choice.branches().getFirst().test();
            case Branch branch when branch.test() instanceof Unary not ->
                    not.operator() == Operator.NOT ? not.operand() : null;
            default -> null;
        };
    }

    private static boolean isDecidedByCallers(
            Unit unit, FunctionDefinition function, String parameter) {
        List<Parameter> parameters = function.parameters();
        return IntStream.range(0, parameters.size())
                .filter(at -> parameters.get(at).name().equals(parameter))
                .anyMatch(at -> {
                    Expression fallback = parameters.get(at).fallback();
                    return (fallback == null || FactFinder.isTrue(fallback))
                            && !NamedAlike.isRenamed(unit, function.name())
                            && NamedAlike.calls(unit, function.name())
                                    .allMatch(site ->
                                            asks(site.call(), at, parameter, fallback != null));
                });
    }

    /// Whether a call asks for what repeats, or leaves it at that.
    private static boolean asks(Call call, int at, String parameter, boolean byDefault) {
        Expression given = call.argument(at, parameter);
        return given == null ? byDefault && !call.isOpen() : FactFinder.isTrue(given);
    }
}
