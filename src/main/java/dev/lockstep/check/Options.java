package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.PythonModule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The command-line options that a program was seen to declare, by the attribute that holds them.
final class Options {
    /// @param module where it is declared
    private record Declared(Value.Option option, PythonModule module, Call call) {}

    private final TreeMap<String, Declared> byAttribute = new TreeMap<>();

    /// What `set_defaults` said.
    private final Map<String, Value> given = new HashMap<>();

    /// The attributes named after a seed that are read somewhere.
    private final Set<String> read = new HashSet<>();

    /// Takes a call of `add_argument` (or of `click.option`).
    void declare(PythonModule module, Call call, Function<Expression, Value> evaluate) {
        String typed = null;
        boolean positional = false;
        for (Expression argument : call.arguments()) {
            if (argument instanceof StringLiteral text && !text.bytes()) {
                String flag = text.value();
                if (typed == null || flag.startsWith("--") && !typed.startsWith("--")) {
                    typed = flag;
                }
                positional = !flag.startsWith("-");
            }
        }
        if (typed == null) {
            return;
        }
        String attribute = typed.replaceFirst("^-+", "").replace('-', '_');
        if (call.keyword("dest") instanceof StringLiteral dest) {
            attribute = dest.value();
        }
        Value otherwise = Value.NONE;
        Expression fallback = call.keyword("default");
        if (fallback != null) {
            otherwise = evaluate.apply(fallback);
        } else if (call.keyword("action") instanceof StringLiteral action) {
            otherwise =
                    switch (action.value()) {
                        case "store_true" -> new Value.Known(false);
                        case "store_false" -> new Value.Known(true);
                        default -> Value.NONE;
                    };
        } else if (positional
                || call.keyword("required") != null
                || call.keyword("nargs") != null) {
            otherwise = new Value.Present();
        }
        if (fallback == null && given.get(attribute) instanceof Value before) {
            otherwise = before;
        }
        byAttribute.putIfAbsent(
                attribute, new Declared(new Value.Option(typed, otherwise), module, call));
    }

    /// Takes a default of `set_defaults`, which stands above that of the declaration.
    void setDefault(String attribute, Value value) {
        given.put(attribute, value);
        byAttribute.computeIfPresent(
                attribute,
                (key, declared) ->
                        new Declared(
                                new Value.Option(declared.option().name(), value),
                                declared.module(),
                                declared.call()));
    }

    /// The option behind an attribute, or null.
    @Nullable Value get(String attribute) {
        Declared declared = byAttribute.get(attribute);
        return declared == null ? null : declared.option();
    }

    boolean isEmpty() {
        return byAttribute.isEmpty();
    }

    /// Adds what was declared and read elsewhere in the program.
    void add(Options other) {
        other.byAttribute.forEach(byAttribute::putIfAbsent);
        other.given.forEach(this::setDefault);
        read.addAll(other.read);
    }

    /// Notes that an attribute of that name is read somewhere.
    void read(String attribute) {
        if (namesSeed(attribute)) {
            read.add(attribute);
        }
    }

    private static boolean namesSeed(String attribute) {
        return attribute.contains("seed")
                || attribute.contains("Seed")
                || attribute.contains("SEED");
    }

    /// A declared option for a seed that nothing reads, as it is typed; or null.
    @Nullable String unusedSeed() {
        for (var entry : byAttribute.entrySet()) {
            if (namesSeed(entry.getKey()) && !read.contains(entry.getKey())) {
                return entry.getValue().option().name();
            }
        }
        return null;
    }
}
