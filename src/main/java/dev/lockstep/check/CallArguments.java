package dev.lockstep.check;

import dev.lockstep.source.Argument;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Constant;
import dev.lockstep.source.Expression.NumberLiteral;
import dev.lockstep.source.Expression.StringLiteral;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The arguments of a call as far as they can decide what it does: literals, and where something
/// else is passed.
///
/// @param positional as in {@link #literal}
record CallArguments(List<Abstract> positional, Map<String, Abstract> named) {
    static CallArguments of(Call call) {
        var positional = new ArrayList<Abstract>();
        call.arguments().forEach(argument -> positional.add(passed(argument)));
        var named = new TreeMap<String, Abstract>();
        for (Argument keyword : call.keywords()) {
            if (keyword.name() != null) {
                named.put(keyword.name(), passed(keyword.value()));
            }
        }
        return new CallArguments(List.copyOf(positional), named);
    }

    /// What is passed on purpose is something, as far as branches are concerned.
    private static Abstract passed(Expression argument) {
        Abstract literal = literal(argument);
        return literal instanceof Abstract.Any ? Abstract.PRESENT : literal;
    }

    /// What a literal says, as far as it can decide a branch.
    static Abstract literal(@Nullable Expression expression) {
        return switch (expression) {
            case StringLiteral text when !text.bytes() -> {
                String value = text.value();
                boolean word =
                        value.length() < 40 && value.chars().allMatch(c -> c > ' ' && c < 127);
                yield word ? new Abstract.Known(value) : Abstract.PRESENT;
            }
            case NumberLiteral number ->
                    switch (number.digits()) {
                        case "0" -> new Abstract.Known(0L);
                        case "1" -> new Abstract.Known(1L);
                        default -> Abstract.PRESENT;
                    };
            case Constant c ->
                    switch (c.kind()) {
                        case NONE -> Abstract.NONE;
                        case TRUE -> new Abstract.Known(true);
                        case FALSE -> new Abstract.Known(false);
                        case ELLIPSIS -> Abstract.ANY;
                    };
            case null, default -> Abstract.ANY;
        };
    }

    /// One line, the same for calls that are alike.
    @Override
    public String toString() {
        var text = new StringBuilder("(");
        positional.forEach(value -> text.append(value.shown()).append(','));
        named.forEach(
                (name, value) -> text.append(name).append('=').append(value.shown()).append(','));
        return text.append(')').toString();
    }
}
