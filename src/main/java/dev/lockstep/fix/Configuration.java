package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.check.Place;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Node;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The configuration files that a script reads, as far as the source and the command line name
/// them, and the seeds in them.
final class Configuration {
    private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".json");

    /// The ends of the names of functions that read such a file.
    private static final Set<String> LOADS =
            Set.of("safe_load", "full_load", "unsafe_load", "load", "loads");

    private final List<FileSeed> seeds;

    private Configuration(List<FileSeed> seeds) {
        this.seeds = List.copyOf(seeds);
    }

    /// What a script reads; a file that the command line names goes before what the source names.
    static Configuration of(Reached reached) {
        var given = new ArrayList<FileSeed>();
        for (var word : reached.words()) {
            add(reached, word.substring(word.lastIndexOf('=') + 1), given);
        }
        if (!given.isEmpty()) {
            return new Configuration(given);
        }
        var named = new LinkedHashSet<String>();
        for (var module : reached.modules()) {
            named(module, named);
        }
        named.forEach(path -> add(reached, path, given));
        return new Configuration(given);
    }

    private static void add(Reached reached, String path, List<FileSeed> into) {
        if (ENDINGS.stream().anyMatch(path::endsWith)) {
            var file = reached.entry().project().text(normal(path));
            if (file != null) {
                into.addAll(FileSeed.in(file));
            }
        }
    }

    /// A path without `.` and `..` between its parts.
    private static String normal(String path) {
        var parts = new ArrayList<String>();
        for (var part : path.split("/", -1)) {
            if (part.equals("..") && !parts.isEmpty() && !parts.getLast().equals("..")) {
                parts.removeLast();
            } else if (!part.equals(".") && !part.isEmpty()) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }

    private static void named(PythonModule module, Set<String> paths) {
        int slash = module.path().lastIndexOf('/');
        var folder = slash < 0 ? "" : module.path().substring(0, slash + 1);
        for (var site : module.calls()) {
            var call = site.call();
            var name = String.valueOf(site.callee());
            if (name.equals("hydra.main")) {
                var path = call.argument(0, "config_path");
                var file = call.argument(1, "config_name");
                if (file instanceof Expression.StringLiteral text) {
                    var within =
                            path instanceof Expression.StringLiteral where
                                    ? where.value() + "/"
                                    : "";
                    var whole = folder + within + text.value();
                    paths.add(whole.endsWith(".yaml") ? whole : whole + ".yaml");
                }
            } else if (name.endsWith("path.join")) {
                var parts = new ArrayList<String>();
                call.arguments()
                        .forEach(part -> {
                            if (part instanceof Expression.StringLiteral text) {
                                parts.add(text.value());
                            }
                        });
                paths.add(folder + String.join("/", parts));
            }
        }
        for (var statement : module.tree().body()) {
            statement.walk(node -> {
                if (node instanceof Expression.StringLiteral text && !text.bytes()) {
                    paths.add(folder + text.value());
                    paths.add(text.value());
                }
            });
        }
    }

    /// The edit that writes a seed into the file that has none for what an expression reads.
    List<Edit> given(Expression read, String value) {
        var keys = keys(read);
        var empty = keys.isEmpty() ? List.<FileSeed>of() : matching(keys);
        if (empty.size() != 1 || empty.getFirst().whole()) {
            return List.of();
        }
        return List.of(edit(empty.getFirst(), value));
    }

    private static Edit edit(FileSeed seed, String value) {
        return new Edit(Place.of(seed.file(), seed.start(), seed.end()), value);
    }

    private List<FileSeed> matching(List<String> keys) {
        return seeds.stream()
                .filter(seed -> {
                    int skipped = seed.keys().size() - keys.size();
                    return skipped >= 0
                            && seed.keys().subList(skipped, seed.keys().size()).equals(keys);
                })
                .toList();
    }

    /// The names behind the first one in `cfg.train.seed`, `cfg["train"]["seed"]` or
    /// `cfg.get("seed")`; empty when the last one is no seed.
    static List<String> keys(Expression read) {
        var keys = new ArrayList<String>();
        Expression rest = read;
        while (true) {
            switch (rest) {
                case Expression.Attribute part -> {
                    keys.addFirst(part.name());
                    rest = part.value();
                }
                case Expression.Subscript part
                        when part.index() instanceof Expression.StringLiteral key -> {
                    keys.addFirst(key.value());
                    rest = part.value();
                }
                case Expression.Call call
                        when call.function() instanceof Expression.Attribute method
                                && method.name().equals("get")
                                && call.argument(0) instanceof Expression.StringLiteral key -> {
                    keys.addFirst(key.value());
                    rest = method.value();
                }
                case Expression.Name _ -> {
                    return !keys.isEmpty() && SeedValues.isSeed(keys.getLast()) ? keys : List.of();
                }
                default -> {
                    return List.of();
                }
            }
        }
    }

    /// How a file writes the seed of the configuration that a statement gives to a name, when
    /// exactly one configuration file has one.
    Optional<SeedText> read(PythonModule module, String name, Expression value) {
        return loads(module, value, 3) ? text(module, name) : Optional.empty();
    }

    /// The same for the configuration that Hydra gives to a function.
    Optional<SeedText> hydra(PythonModule module, Statement.FunctionDefinition function) {
        boolean started =
                function.decorators().stream()
                        .anyMatch(one ->
                                one.expression() instanceof Expression.Call call
                                        && "hydra.main".equals(module.resolve(call.function())));
        return started && !function.parameters().isEmpty()
                ? seed().map(seed ->
                        new SeedText(
                                seed.text(function.parameters().getFirst().name(), true),
                                edits(seed)))
                : Optional.empty();
    }

    /// @param edits what gives it a value where the file has none
    record SeedText(String text, List<Edit> edits) {}

    private Optional<SeedText> text(PythonModule module, String name) {
        boolean[] attributes = {false};
        boolean[] subscripts = {false};
        module.tree()
                .body()
                .forEach(statement ->
                        statement.walk(node -> {
                            attributes[0] |=
                                    node instanceof Expression.Attribute part
                                            && is(part.value(), name)
                                            && !Set.of(
                                                            "get", "items", "keys", "values",
                                                            "update", "copy")
                                                    .contains(part.name());
                            subscripts[0] |=
                                    node instanceof Expression.Subscript part
                                            && is(part.value(), name);
                        }));
        return attributes[0] == subscripts[0]
                ? Optional.empty()
                : seed().map(seed -> new SeedText(seed.text(name, attributes[0]), edits(seed)));
    }

    private Optional<FileSeed> seed() {
        return seeds.size() == 1 ? Optional.of(seeds.getFirst()) : Optional.empty();
    }

    private static List<Edit> edits(FileSeed seed) {
        return seed.whole() ? List.of() : List.of(edit(seed, "0"));
    }

    private static boolean is(Expression expression, String name) {
        return expression instanceof Expression.Name one && one.id().equals(name);
    }

    /// Whether an expression is what reading a configuration file gives, also by way of a function
    /// of the project.
    private static boolean loads(PythonModule module, Node value, int depth) {
        boolean[] found = {false};
        value.walk(node -> {
            if (!(node instanceof Expression.Call call) || found[0] || depth == 0) {
                return;
            }
            found[0] = reads(module.resolve(call.function()));
            if (module.symbol(call.function()) instanceof Symbol.Function function) {
                for (var statement : function.definition().body()) {
                    found[0] |= loads(function.module(), statement, depth - 1);
                }
            }
        });
        return found[0];
    }

    private static boolean reads(@Nullable String name) {
        return name != null
                && (name.startsWith("yaml.")
                        || name.startsWith("json.")
                        || name.startsWith("omegaconf."))
                && LOADS.contains(name.substring(name.lastIndexOf('.') + 1));
    }
}
