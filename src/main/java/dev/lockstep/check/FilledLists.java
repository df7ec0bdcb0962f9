package dev.lockstep.check;

import dev.lockstep.check.OrderFlow.Sink;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Node;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Follows the order of what a list is filled with, element by element, to where the list is read.
final class FilledLists {
    private final Unit unit;
    private final OrderFlow flow;
    private final OrderVariables variables;
    private final OnlyOne onlyOne;

    FilledLists(Unit unit, OrderFlow flow, OrderVariables variables, OnlyOne onlyOne) {
        this.unit = unit;
        this.flow = flow;
        this.variables = variables;
        this.onlyOne = onlyOne;
    }

    /// The order has become that of a list which is filled turn by turn.
    @Nullable Sink collected(Expression list, Node place, int depth) {
        if (OrderWords.isTold(unit.source().slice(list))) {
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
                    if (variables.isSorted(use) || onlyOne.isTheOnly(use)) {
                        yield null;
                    }
                }
                boolean read = false;
                for (Name use : unit.uses(name)) {
                    boolean filling =
                            unit.parent(use) instanceof Attribute attribute
                                    && OrderWords.isFilling(attribute);
                    boolean binding =
                            unit.parent(use) instanceof Statement.Assign assign
                                    && assign.targets().contains(use);
                    read |= !filling && !binding && use != list;
                    if (!filling
                            && use != list
                            && !isPaired(use, place)
                            && !isJustFilled(use, place)
                            && variables.isNew(use)) {
                        Sink sink = flow.follow(use, depth + 1);
                        if (sink != null) {
                            yield sink.at(place, "is that of the list that is filled");
                        }
                    }
                }
                yield !read && variables.isModuleVariable(name)
                        ? Sink.open(place, "is that of the list that is filled")
                        : null;
            }
            case Attribute attribute -> {
                Sink sink = variables.attribute(attribute, depth);
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
                                && OrderFlow.shortName(call)
                                        .toLowerCase(Locale.ROOT)
                                        .contains("sort")) {
                            return true;
                        }
                    }
                    return false;
                });
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

    /// Whether each turn of a loop begins this list anew: then it holds what is of that turn alone.
    boolean isFresh(Expression list, Statement.For loop) {
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
}
