package dev.lockstep.fix;

import dev.lockstep.source.Expression;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Seeds as a script's framework does it: Lightning and Transformers have one function for all
/// generators, and their readers look for it.
final class Framework {
    private static final Set<String> LIGHTNING =
            Set.of("lightning", "lightning.pytorch", "pytorch_lightning");

    private Framework() {}

    /// The lines that seed in a file that imports a framework before an offset, or null.
    static @Nullable SeedLines seeding(PythonModule module, int before, String value) {
        for (var statement : module.tree().body()) {
            if (statement.start() >= before) {
                break;
            }
            switch (statement) {
                case Statement.Import plain -> {
                    for (var alias : plain.names()) {
                        var bound = alias.as() == null ? alias.name() : alias.as();
                        if (LIGHTNING.contains(alias.name())) {
                            return new SeedLines(
                                    List.of(
                                            bound
                                                    + ".seed_everything("
                                                    + value
                                                    + ", workers=True)"),
                                    List.of());
                        }
                        if (alias.name().equals("transformers")) {
                            return new SeedLines(
                                    List.of(bound + ".set_seed(" + value + ")"), List.of());
                        }
                    }
                }
                case Statement.ImportFrom from -> {
                    if (from.level() == 0 && from.module() != null) {
                        var found = from(module, from, value);
                        if (found != null) {
                            return found;
                        }
                    }
                }
                default -> {}
            }
        }
        return null;
    }

    private static @Nullable SeedLines from(
            PythonModule module, Statement.ImportFrom from, String value) {
        var function =
                LIGHTNING.contains(from.module())
                        ? "seed_everything"
                        : "transformers".equals(from.module()) ? "set_seed" : null;
        if (function == null) {
            return null;
        }
        var line = function + "(" + value + (function.equals("set_seed") ? ")" : ", workers=True)");
        for (var alias : from.names()) {
            if (alias.name().equals("*")
                    || alias.name().equals(function) && alias.bound().equals(function)) {
                return new SeedLines(List.of(line), List.of());
            }
        }
        if (module.scope().names().contains(function)) {
            return null;
        }
        var source = module.source();
        var last = from.names().getLast();
        int start = source.lineStart(source.line(last.start()));
        var before = source.slice(start, last.start());
        var layout = new Layout(source);
        return new SeedLines(
                List.of(line),
                List.of(
                        layout.insertion(
                                last.end(),
                                (before.isBlank() ? "," + layout.lineEnd() + before : ", ")
                                        + function)));
    }

    /// The whole number that the file gives as `seed=` to something of its framework.
    static Optional<String> constant(PythonModule module) {
        for (var site : module.calls()) {
            var name = site.callee();
            if (name != null
                    && name.startsWith("transformers.")
                    && site.call().keyword("seed") instanceof Expression.NumberLiteral number) {
                return Optional.of(module.source().slice(number));
            }
        }
        return Optional.empty();
    }
}
