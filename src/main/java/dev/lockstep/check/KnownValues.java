package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.*;
import dev.lockstep.source.Operator;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.Assign;
import dev.lockstep.source.Symbol;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What names, literals and conditions in a package's function are known to be, without following
/// anything.
final class KnownValues {
    /// Calls that ask what kind of thing a value is: `None` is none of them.
    private static final Set<String> KINDS =
            Set.of("isinstance", "is_integer", "is_number", "is_array_like", "is_list_like");

    private final Map<PythonModule, Map<String, Expression>> constants = new IdentityHashMap<>();

    /// The value of a name or attribute without following anything.
    Abstract peek(Expression expression, SeedFrame frame) {
        return switch (expression) {
            case Name name -> {
                Abstract local = frame.state().locals.get(name.id());
                yield local != null
                        ? local
                        : frame.scope().declaring(name.id()) == frame.module().scope()
                                ? constant(frame.module(), name.id())
                                : Abstract.ANY;
            }
            case Attribute a when frame.isSelf(a.value()) ->
                    frame.state().attributes.getOrDefault(a.name(), Abstract.ANY);
            default -> CallArguments.literal(expression);
        };
    }

    /// Whether a test is about the missing seed itself.
    boolean asksForSeed(Expression test, SeedFrame frame) {
        boolean[] asks = {false};
        test.walk(node -> {
            if (node instanceof Name || node instanceof Attribute) {
                asks[0] |= peek((Expression) node, frame) instanceof Abstract.Seed;
            }
        });
        return asks[0];
    }

    /// A generator that everybody shares, taken as a value: `np.random`, `np.random.mtrand._rand`.
    @Nullable Abstract shared(Expression expression, SeedFrame frame) {
        Symbol symbol = frame.module().project().resolve(expression, frame.scope());
        if (!(symbol instanceof Symbol.External e)) {
            return null;
        }
        return switch (e.name()) {
            case "numpy.random", "numpy.random.mtrand._rand", "numpy.random._rand" ->
                    new Abstract.Unseeded(Packages.Origin.NUMPY);
            case "random._inst" -> new Abstract.Unseeded(Packages.Origin.PYTHON);
            case "torch.default_generator", "torch.random.default_generator" ->
                    new Abstract.Unseeded(Packages.Origin.TORCH);
            default -> null;
        };
    }

    /// The value of a module's own name, when one expression says it.
    Abstract constant(PythonModule module, String id) {
        Expression value =
                constants
                        .computeIfAbsent(
                                module,
                                key -> {
                                    var all = new HashMap<String, Expression>();
                                    for (Statement statement : key.tree().body()) {
                                        if (statement instanceof Assign a
                                                && a.targets().getFirst() instanceof Name n) {
                                            all.put(n.id(), a.value());
                                        }
                                    }
                                    return all;
                                })
                        .get(id);
        return switch (value) {
            case null -> Abstract.ANY;
            case TupleDisplay t -> literals(t.elements());
            case ListDisplay l -> literals(l.elements());
            case SetDisplay s -> literals(s.elements());
            default -> CallArguments.literal(value);
        };
    }

    private static Abstract literals(List<Expression> elements) {
        return new Abstract.Items(elements.stream().map(CallArguments::literal).toList());
    }

    static @Nullable Boolean truth(Abstract value) {
        return switch (value) {
            case Abstract.Nothing _, Abstract.Seed _ -> false;
            case Abstract.Known k ->
                    !(k.value().equals(false) || k.value().equals(0L) || k.value().equals(""));
            case Abstract.Unseeded _ -> true;
            case Abstract.Any _, Abstract.Present _, Abstract.Items _, Abstract.Rest _ -> null;
        };
    }

    @Nullable Boolean truth(Expression test, SeedFrame frame) {
        return switch (test) {
            case Unary u when u.operator() == Operator.NOT -> {
                Boolean inner = truth(u.operand(), frame);
                yield inner == null ? null : !inner;
            }
            case Logical l -> {
                boolean or = l.operator() == Operator.OR;
                boolean unknown = false;
                for (Expression operand : l.operands()) {
                    Boolean one = truth(operand, frame);
                    if (one == null) {
                        unknown = true;
                    } else if (one == or) {
                        yield or;
                    }
                }
                yield unknown ? null : (Boolean) !or;
            }
            case Comparison c when c.operands().size() == 2 -> comparison(c, frame);
            case Call c when KINDS.contains(OrderFlow.shortName(c)) && c.argument(0) != null ->
                    peek(c.arguments().getFirst(), frame).isNone() ? Boolean.FALSE : null;
            default -> truth(peek(test, frame));
        };
    }

    private @Nullable Boolean comparison(Comparison c, SeedFrame frame) {
        Abstract left = operand(c.operands().getFirst(), frame);
        Abstract right = operand(c.operands().getLast(), frame);
        return switch (c.operators().getFirst()) {
            case IS, EQUAL -> same(left, right);
            case IS_NOT, NOT_EQUAL -> not(same(left, right));
            case IN -> among(left, right);
            case NOT_IN -> not(among(left, right));
            case GREATER ->
                    left instanceof Abstract.Known k
                                    && k.value().equals(0L)
                                    && right instanceof Abstract.Known r
                                    && r.value().equals(0L)
                            ? Boolean.FALSE
                            : null;
            default -> null;
        };
    }

    private Abstract operand(Expression expression, SeedFrame frame) {
        return switch (expression) {
            case TupleDisplay t -> literals(t.elements());
            case ListDisplay l -> literals(l.elements());
            case SetDisplay s -> literals(s.elements());
            case Attribute a when !frame.isSelf(a.value()) -> {
                Abstract shared = shared(a, frame);
                yield shared == null ? Abstract.ANY : shared;
            }
            default -> peek(expression, frame);
        };
    }

    private static @Nullable Boolean not(@Nullable Boolean truth) {
        return truth == null ? null : (Boolean) !truth;
    }

    private static @Nullable Boolean same(Abstract left, Abstract right) {
        if (left.isNone() && right.isNone()) {
            return true;
        }
        if (left.isNone() || right.isNone()) {
            Abstract other = left.isNone() ? right : left;
            return other instanceof Abstract.Any ? null : Boolean.FALSE;
        }
        if (left instanceof Abstract.Known a && right instanceof Abstract.Known b) {
            return a.value().equals(b.value());
        }
        return null;
    }

    private static @Nullable Boolean among(Abstract left, Abstract right) {
        if (!(right instanceof Abstract.Items items)) {
            return null;
        }
        boolean unknown = false;
        for (Abstract element : items.elements()) {
            Boolean one = same(left, element);
            if (one == null) {
                unknown = true;
            } else if (one) {
                return true;
            }
        }
        return unknown ? null : Boolean.FALSE;
    }
}
