package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.*;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Symbol;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What functions of installed packages take, where their seeds are, and how arguments fall on
/// their parameters.
final class SeedSignatures {
    /// The names that packages give to a seed.
    static final List<String> SEEDS = List.of("random_state", "seed", "rng", "generator");

    private final Ancestry ancestry;
    private final KnownValues values;

    SeedSignatures(Ancestry ancestry, KnownValues values) {
        this.ancestry = ancestry;
        this.values = values;
    }

    Symbol.@Nullable Function of(Symbol callee) {
        return switch (callee) {
            case Symbol.Function f -> f;
            case Symbol.Class c -> ancestry.method(c, "__init__", null);
            case Symbol.External _,
                    Symbol.Package _,
                    Symbol.Module _,
                    Symbol.Anonymous _,
                    Symbol.Result _ ->
                    null;
        };
    }

    /// Whether the first parameter is filled by what stands before the dot.
    static boolean isBound(Symbol.Function f, Symbol callee) {
        return callee instanceof Symbol.Class
                || f.owner() != null && !hasDecorator(f, "staticmethod");
    }

    static boolean isOfClass(Symbol.Function f) {
        return hasDecorator(f, "classmethod");
    }

    static boolean hasDecorator(Symbol.Function f, String name) {
        return f.definition().decorators().stream()
                .anyMatch(d -> d.expression() instanceof Name n && n.id().equals(name));
    }

    /// The value of each parameter, or null when the arguments don't fit.
    @Nullable Map<String, Abstract> bind(
            Symbol.Function f, CallArguments arguments, boolean bound) {
        var passed = new LinkedHashMap<String, Abstract>();
        var left = new TreeMap<>(arguments.named());
        int position = bound ? -1 : 0;
        for (Parameter parameter : f.definition().parameters()) {
            if (position < 0) {
                position++;
                continue;
            }
            Abstract value =
                    switch (parameter.kind()) {
                        case POSITIONAL_ONLY, PLAIN -> {
                            Abstract named = left.remove(parameter.name());
                            yield named != null
                                    ? named
                                    : position < arguments.positional().size()
                                            ? arguments.positional().get(position)
                                            : fallback(f, parameter);
                        }
                        case KEYWORD_ONLY -> {
                            Abstract named = left.remove(parameter.name());
                            yield named != null ? named : fallback(f, parameter);
                        }
                        case REST -> Abstract.ANY;
                        case KEYWORD_REST -> new Abstract.Rest(Map.copyOf(left));
                    };
            position++;
            passed.put(parameter.name(), value);
        }
        return passed;
    }

    private Abstract fallback(Symbol.Function f, Parameter parameter) {
        Expression value = parameter.fallback();
        if (value == null) {
            return Abstract.ANY;
        }
        Abstract literal = CallArguments.literal(value);
        return literal instanceof Abstract.Any && value instanceof Name name
                ? values.constant(f.module(), name.id())
                : literal;
    }

    /// A seed that a function takes out of its `**rest` by name.
    static @Nullable String hiddenSeed(Symbol.Function function, String rest) {
        String[] seed = {null};
        function.definition()
                .body()
                .forEach(statement ->
                        statement.walk(node -> {
                            if (node instanceof Call call
                                    && call.function() instanceof Attribute a
                                    && (a.name().equals("pop") || a.name().equals("get"))
                                    && a.value() instanceof Name name
                                    && name.id().equals(rest)
                                    && call.argument(0) instanceof StringLiteral text
                                    && SEEDS.contains(text.value())) {
                                seed[0] = text.value();
                            }
                        }));
        return seed[0];
    }

    /// Whether a method asks for a seed itself; then its own calls are judged.
    static boolean takesSeed(Symbol.Function f) {
        return f.definition().parameters().stream()
                .anyMatch(p ->
                        SEEDS.contains(p.name())
                                || p.kind() == Parameter.Kind.KEYWORD_REST
                                        && hiddenSeed(f, p.name()) != null);
    }
}
