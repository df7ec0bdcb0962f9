package dev.lockstep.fix;

import dev.lockstep.source.Alias;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// What a file imports at its top level, in its own spelling.
final class Imports {
    private final PythonModule module;

    Imports(PythonModule module) {
        this.module = module;
    }

    /// How this file writes the call that seeds a generator, from an offset on; empty when an
    /// import is missing.
    Optional<String> seeding(Generator generator, int from) {
        for (var statement : module.tree().body()) {
            if (statement.start() >= from) {
                break;
            }
            for (var alias : aliases(statement)) {
                if (alias.imported().equals(generator.module)) {
                    return Optional.of(
                            alias.bound()
                                    + generator.function.substring(generator.module.length()));
                }
                if (generator == Generator.NUMPY
                        && alias.imported().equals("numpy.random")
                        && !alias.dotted()) {
                    return Optional.of(alias.bound() + ".seed");
                }
                if (alias.imported().equals(generator.function) && !alias.dotted()) {
                    return Optional.of(alias.bound());
                }
            }
        }
        return Optional.empty();
    }

    /// The import to add for a generator, with a name that the file does not use for something
    /// else.
    Missing missing(Generator generator) {
        var taken = new TreeSet<>(module.scope().names());
        if (!taken.contains(generator.usual)) {
            return new Missing(
                    generator.importLine,
                    generator.usual + generator.function.substring(generator.module.length()));
        }
        var other = generator.usual.equals("np") ? "numpy" : "python_" + generator.usual;
        if (generator == Generator.NUMPY && !taken.contains("numpy")) {
            return new Missing("import numpy", generator.function);
        }
        return new Missing(
                "import " + generator.module + " as " + other,
                other + generator.function.substring(generator.module.length()));
    }

    /// An import line and the seeding function's name after it.
    record Missing(String line, String seeding) {}

    /// The name under which a module is known at the top of this file.
    Optional<String> nameOf(String wanted) {
        for (var statement : module.tree().body()) {
            for (var alias : aliases(statement)) {
                if (alias.imported().equals(wanted)
                        && (!alias.dotted() || wanted.indexOf('.') < 0)) {
                    return Optional.of(alias.bound());
                }
            }
        }
        return Optional.empty();
    }

    private record Bound(String imported, String bound, boolean dotted) {}

    private static List<Bound> aliases(Statement statement) {
        var bound = new ArrayList<Bound>();
        switch (statement) {
            case Statement.Import plain -> {
                for (Alias alias : plain.names()) {
                    if (alias.as() != null) {
                        bound.add(new Bound(alias.name(), alias.as(), false));
                    } else {
                        int dot = alias.name().indexOf('.');
                        bound.add(
                                new Bound(
                                        dot < 0 ? alias.name() : alias.name().substring(0, dot),
                                        alias.bound(),
                                        dot >= 0));
                    }
                }
            }
            case Statement.ImportFrom from -> {
                if (from.level() == 0 && from.module() != null) {
                    for (Alias alias : from.names()) {
                        bound.add(
                                new Bound(
                                        from.module() + "." + alias.name(), alias.bound(), false));
                    }
                }
            }
            default -> {}
        }
        return bound;
    }
}
