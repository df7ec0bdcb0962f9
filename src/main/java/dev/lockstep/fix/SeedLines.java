package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.source.Expression;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// Lines that seed, in a file's own spelling.
///
/// @param edits what the lines need elsewhere: imports
record SeedLines(List<String> lines, List<Edit> edits) {
    static final SeedLines NONE = new SeedLines(List.of(), List.of());

    SeedLines {
        lines = List.copyOf(lines);
        edits = List.copyOf(edits);
    }

    /// The lines that seed generators at a position.
    ///
    /// @param value the seed as it is written
    static SeedLines of(Position position, Set<Generator> generators, String value) {
        return of(position.module(), generators, value, position.offset(), !position.block().top());
    }

    /// The lines that seed generators somewhere in a function of a file.
    ///
    /// @param value the seed as it is written
    /// @param from the offset before which the imports stand that the lines can use
    static SeedLines inside(
            PythonModule module, Set<Generator> generators, String value, int from) {
        return of(module, generators, value, from, true);
    }

    /// @param inner whether imports must not stand among the lines
    private static SeedLines of(
            PythonModule module, Set<Generator> generators, String value, int from, boolean inner) {
        var imports = new Imports(module);
        var layout = new Layout(module.source());
        var lines = new ArrayList<String>();
        var heading = new ArrayList<String>();
        var spots = new TreeMap<Generator, Imports.Spot>();
        var texts = new TreeMap<Generator, String>();
        for (var generator : generators.stream().sorted().toList()) {
            var known = imports.seeding(generator, from);
            if (known.isPresent()) {
                lines.add(known.get() + "(" + value + ")");
                continue;
            }
            var missing = imports.missing(generator);
            lines.add(missing.seeding() + "(" + value + ")");
            var spot = imports.spot(generator.module, from);
            if (spot != null) {
                spots.put(generator, spot);
                texts.put(generator, missing.line());
            } else {
                heading.add(missing.line());
            }
        }
        var edits = new ArrayList<>(Imports.edits(layout, spots, texts));
        if (!heading.isEmpty() && inner) {
            edits.add(head(module, layout, heading));
        } else if (!heading.isEmpty()) {
            heading.add("");
            lines.addAll(0, heading);
        }
        return new SeedLines(lines, edits);
    }

    /// Imports at the head of a file without any.
    private static Edit head(PythonModule module, Layout layout, List<String> imports) {
        var first = Statements.first(module.tree().body());
        var lines = new ArrayList<>(imports);
        lines.add(first == null ? 0 : lines.size(), "");
        return first == null
                ? layout.after(module.tree().body().getFirst(), lines)
                : layout.before(first, lines);
    }

    /// The edits that put the lines at a position: at the top of a file with blank lines around
    /// them, where they open a group of their own.
    List<Edit> at(Position position) {
        var all = new ArrayList<>(edits);
        var text = new ArrayList<>(lines);
        if (opensGroup(position)) {
            var layout = new Layout(position.module().source());
            text.addFirst("");
            int next = layout.lastLine(position.statement()) + 1;
            if (!layout.blank(next) && !layout.isLast(position.statement())) {
                text.addLast("");
            }
        }
        all.add(position.edit(text));
        return all;
    }

    private static boolean opensGroup(Position position) {
        var beside = position.statement();
        return position.behind()
                && position.block().top()
                && (Statements.imports(beside)
                        || beside instanceof Statement.With
                        || beside instanceof Statement.Assign assign
                                && assign.value() instanceof Expression.NumberLiteral);
    }
}
