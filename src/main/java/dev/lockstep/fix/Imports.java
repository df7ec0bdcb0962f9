package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.source.Alias;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.WordList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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

    /// Where an import belongs.
    ///
    /// @param beside an import that is there
    /// @param apart whether it opens a group of its own, with a blank line between
    record Spot(Statement beside, boolean behind, boolean apart) {}

    /// Where the import of a library belongs: among its like, the standard library first, the
    /// project's own last; null when nothing is imported before an offset.
    @Nullable Spot spot(String library, int before) {
        int rank = rank(library);
        Statement same = null;
        Statement lower = null;
        Statement higher = null;
        boolean inFront = false;
        for (var statement : module.tree().body()) {
            if (statement.start() >= before) {
                break;
            }
            int found = rank(statement);
            if (found < 0) {
                continue;
            }
            if (found < rank) {
                lower = statement;
            } else if (found > rank) {
                higher = higher == null ? statement : higher;
            } else if (statement instanceof Statement.Import plain && !inFront) {
                inFront = plain.names().getFirst().name().compareTo(library) > 0;
                same = statement;
            } else if (same == null) {
                same = statement;
                inFront = true;
            }
        }
        if (same != null) {
            return new Spot(same, !inFront, false);
        }
        if (lower != null) {
            return new Spot(lower, true, true);
        }
        return higher == null ? null : new Spot(higher, false, true);
    }

    /// The edits that import these generators' libraries where they belong.
    ///
    /// @param wanted the spots, in the order of the generators
    static List<Edit> edits(
            Layout layout, Map<Generator, Spot> wanted, Map<Generator, String> lines) {
        var edits = new ArrayList<Edit>();
        var done = new TreeSet<Generator>();
        wanted.forEach((first, spot) -> {
            if (done.contains(first)) {
                return;
            }
            var text = new ArrayList<String>();
            Generator last = null;
            for (var entry : wanted.entrySet()) {
                if (!entry.getValue().equals(spot)) {
                    continue;
                }
                if (spot.apart()
                        && last != null
                        && rank(last.module) != rank(entry.getKey().module)) {
                    text.add("");
                }
                text.add(Objects.requireNonNull(lines.get(entry.getKey())));
                last = entry.getKey();
                done.add(last);
            }
            edits.add(edit(layout, spot, text));
        });
        return edits;
    }

    /// The edit that puts imports at a spot.
    static Edit edit(Layout layout, Spot spot, List<String> lines) {
        var text = new ArrayList<>(lines);
        if (spot.apart()) {
            text.add(spot.behind() ? 0 : text.size(), "");
        }
        return spot.behind()
                ? layout.after(spot.beside(), text)
                : layout.before(spot.beside(), text);
    }

    /// Whether a statement imports from the standard library.
    boolean isStandard(Statement statement) {
        return rank(statement) == 0;
    }

    /// 0 for the standard library, 1 for another.
    private static int rank(String library) {
        int dot = library.indexOf('.');
        return WordList.STANDARD_LIBRARY.contains(dot < 0 ? library : library.substring(0, dot))
                ? 0
                : 1;
    }

    /// 0 for an import of the standard library, 1 of a library, 2 of the project, else -1.
    private int rank(Statement statement) {
        var name =
                switch (statement) {
                    case Statement.Import plain -> plain.names().getFirst().name();
                    case Statement.ImportFrom from ->
                            from.module() == null || from.level() > 0 ? "." : from.module();
                    default -> null;
                };
        if (name == null || name.equals("__future__")) {
            return -1;
        }
        if (name.equals(".") || !module.importedBy(statement).isEmpty()) {
            return 2;
        }
        return rank(name);
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
