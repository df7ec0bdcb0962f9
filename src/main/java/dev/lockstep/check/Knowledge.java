package dev.lockstep.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Takes a qualified name, gives what calling it does to generators; the table is `generators.txt`.
final class Knowledge {
    private static final int MOST_KNOWN = 200_000;

    /// Functions of other packages that say by their name that they seed everything.
    private static final Pattern SEED_HELPER =
            Pattern.compile(
                    "(?!(torch|numpy|random|tensorflow|jax|keras|cupy|mxnet|paddle)\\.)[\\w.]+\\."
                            + "(seed_(everything|all)|(set|fix|init)_(all_|random_|global_)?seeds?)");

    /// Classes of models in packages that have hundreds of them: made from a configuration, they
    /// draw their first weights.
    private static final Pattern MODEL =
            Pattern.compile(
                    "(transformers|diffusers|peft|sentence_transformers)\\.([\\w.]+\\.)?"
                            + "((?!Auto|DataCollator)[A-Z]\\w*(Model|For[A-Z]\\w+)"
                            + "|AutoModel\\w*\\.from_config"
                            + "|\\w+For\\w+\\.from_pretrained)");

    private static final Knowledge TABLE = read();

    private final Map<Effect.Kind, Map<String, Effect>> exact = new EnumMap<>(Effect.Kind.class);
    private final Map<Effect.Kind, List<Prefix>> prefixes = new EnumMap<>(Effect.Kind.class);

    /// Answers that were given before: the same names are asked for again and again.
    private final ConcurrentMap<String, Map<Effect.Kind, Effect>> known = new ConcurrentHashMap<>();

    private record Prefix(String start, Effect effect) {}

    private Knowledge() {}

    static Knowledge table() {
        return TABLE;
    }

    private static Knowledge read() {
        var knowledge = new Knowledge();
        try (InputStream in =
                Objects.requireNonNull(Knowledge.class.getResourceAsStream("generators.txt"))) {
            new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(knowledge::line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return knowledge;
    }

    private void line(String line) {
        List<String> words = List.of(line.split(" "));
        var kind = Effect.Kind.valueOf(words.get(0).toUpperCase(Locale.ROOT));
        var generators = EnumSet.noneOf(GlobalGenerator.class);
        if (!words.get(1).equals("-")) {
            for (String name : words.get(1).split(",", -1)) {
                generators.add(GlobalGenerator.valueOf(name.toUpperCase(Locale.ROOT)));
            }
        }
        var effect = new Effect(kind, generators);
        for (String word : words.subList(2, words.size())) {
            for (String name : expand(word)) {
                if (name.endsWith("*")) {
                    prefixes.computeIfAbsent(kind, key -> new ArrayList<>())
                            .add(new Prefix(name.substring(0, name.length() - 1), effect));
                } else {
                    exact.computeIfAbsent(kind, key -> new HashMap<>()).put(name, effect);
                }
            }
        }
    }

    private static List<String> expand(String word) {
        int open = word.indexOf('{');
        if (open < 0) {
            return List.of(word);
        }
        int close = word.indexOf('}', open);
        var all = new ArrayList<String>();
        for (String choice : word.substring(open + 1, close).split(",", -1)) {
            all.addAll(expand(word.substring(0, open) + choice + word.substring(close + 1)));
        }
        return all;
    }

    /// What a call of `name` does of one kind, or null.
    @Nullable Effect effect(Effect.Kind kind, String name) {
        return effects(name).get(kind);
    }

    /// All that a call of `name` does, by its kind; of most names nothing.
    Map<Effect.Kind, Effect> effects(String name) {
        Map<Effect.Kind, Effect> all = known.get(name);
        if (all == null) {
            all = new EnumMap<>(Effect.Kind.class);
            for (Effect.Kind each : Effect.Kind.values()) {
                Effect effect = look(each, name);
                if (effect != null) {
                    all.put(each, effect);
                }
            }
            all = all.isEmpty() ? Map.of() : all;
            if (known.size() < MOST_KNOWN) {
                known.put(name, all);
            }
        }
        return all;
    }

    private @Nullable Effect look(Effect.Kind kind, String name) {
        Map<String, Effect> whole = exact.get(kind);
        Effect effect = whole == null ? null : whole.get(name);
        List<Prefix> starts = prefixes.get(kind);
        if (effect == null && kind == Effect.Kind.SEED && SEED_HELPER.matcher(name).matches()) {
            return new Effect(kind, EnumSet.allOf(GlobalGenerator.class));
        }
        if (effect == null && kind == Effect.Kind.DRAW && MODEL.matcher(name).matches()) {
            return new Effect(kind, EnumSet.of(GlobalGenerator.TORCH));
        }
        if (effect != null || starts == null) {
            return effect;
        }
        for (Prefix prefix : starts) {
            if (name.startsWith(prefix.start()) && name.indexOf('(', prefix.start().length()) < 0) {
                return prefix.effect();
            }
        }
        return null;
    }

    /// The last parts of the names of a kind, for the first look at a file.
    Set<String> words(Effect.Kind kind) {
        var words = new TreeSet<String>();
        for (String name : exact.getOrDefault(kind, Map.of()).keySet()) {
            words.add(name.substring(name.lastIndexOf('.') + 1).replace("()", ""));
        }
        return words;
    }
}
