package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Constant;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Symbol;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Takes a constructor, gives the generators that it seeds on every way, with a value that is
/// there.
final class SeedsWhenMade {
    private final Knowledge knowledge;
    private final Symbol.Function init;
    private final Unit unit;

    private SeedsWhenMade(Symbol.Function init, Knowledge knowledge) {
        this.init = init;
        this.knowledge = knowledge;
        this.unit = Unit.of(init.module());
    }

    static Set<GlobalGenerator> by(Symbol.Function init, Knowledge knowledge) {
        return new SeedsWhenMade(init, knowledge).generators();
    }

    private Set<GlobalGenerator> generators() {
        var seeded = EnumSet.noneOf(GlobalGenerator.class);
        for (Statement statement : init.definition().body()) {
            if (statement instanceof Statement.Return) {
                break;
            }
            if (statement instanceof Statement.ExpressionStatement alone
                    && alone.expression() instanceof Call call) {
                seeded.addAll(by(call));
            }
        }
        return seeded;
    }

    private Set<GlobalGenerator> by(Call call) {
        String name = init.module().resolve(call.function());
        Effect effect = name == null ? null : knowledge.effect(Effect.Kind.SEED, name);
        return effect != null
                        && call.argument(0, "seed") instanceof Expression value
                        && isThere(value)
                ? effect.generators()
                : Set.of();
    }

    /// Whether a value is never `None`: a number, an argument that has to be given, or one for
    /// which another is put; and what is kept of such alone.
    private boolean isThere(Expression value) {
        return switch (value) {
            case Expression.NumberLiteral _ -> true;
            case Name name -> isGiven(name);
            case Attribute kept ->
                    kept.value() instanceof Name self
                            && self.id().equals("self")
                            && unit.classAround(kept) instanceof Statement.ClassDefinition owner
                            && areGiven(unit.attributeValues(owner, kept.name()));
            default -> false;
        };
    }

    private boolean areGiven(List<Expression> values) {
        return !values.isEmpty()
                && values.stream()
                        .allMatch(value ->
                                value instanceof Expression.NumberLiteral
                                        || value instanceof Name name && isGiven(name));
    }

    private boolean isGiven(Name name) {
        return unit.function(name) instanceof FunctionDefinition function
                && function == init.definition()
                && function.parameters().stream()
                        .anyMatch(p ->
                                p.name().equals(name.id()) && (!isNone(p) || isReplaced(name)));
    }

    private static boolean isNone(Parameter parameter) {
        return parameter.fallback() instanceof Constant none && none.kind() == Constant.Kind.NONE;
    }

    /// Whether `if seed is None:` puts another value for an argument that was left out.
    private boolean isReplaced(Name name) {
        return init.definition().body().stream()
                .anyMatch(statement ->
                        statement instanceof Statement.If check
                                && unit.source()
                                        .slice(check.branches().getFirst().test())
                                        .equals(name.id() + " is None")
                                && check.branches().getFirst().body().stream()
                                        .anyMatch(line -> puts(line, name)));
    }

    private static boolean puts(Statement statement, Name name) {
        return statement instanceof Statement.Assign assign
                && assign.targets().stream()
                        .anyMatch(target -> target instanceof Name n && n.id().equals(name.id()))
                && !(assign.value() instanceof Constant);
    }
}
