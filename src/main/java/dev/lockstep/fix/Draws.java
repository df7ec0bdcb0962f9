package dev.lockstep.fix;

import dev.lockstep.diagnosis.Place;
import dev.lockstep.source.ImportSite;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a script draws from shared generators, as far as that is known; says which positions come
/// too late for a seed.
final class Draws {
    private final PythonModule entry;
    private final List<Place> places;

    private Draws(PythonModule entry, List<Place> places) {
        this.entry = entry;
        this.places = places;
    }

    /// @param places the lines that draw, as runs or findings name them
    static Draws of(Reached reached, Collection<Place> places) {
        return new Draws(
                reached.entry(),
                places.stream().map(place -> outsideComprehensions(reached, place)).toList());
    }

    /// A comprehension at the top of the file draws while the file is imported, though up to Python
    /// 3.11 in a function of its own.
    private static Place outsideComprehensions(Reached reached, Place draw) {
        if (!String.valueOf(draw.function()).matches("<(list|set|dict)comp>|<genexpr>")) {
            return draw;
        }
        for (var module : reached.modules()) {
            if (draw.file().equals(module.path())) {
                boolean top =
                        module.tree().body().stream()
                                .filter(statement -> stands(draw, module, statement))
                                .noneMatch(statement ->
                                        statement instanceof Statement.FunctionDefinition
                                                || statement instanceof Statement.ClassDefinition);
                return top ? draw.in("<module>") : draw;
            }
        }
        return draw;
    }

    /// Whether the script draws before its main guard runs: while it or what it imports is
    /// imported.
    boolean atImport() {
        return places.stream().anyMatch(this::isAtImport);
    }

    private boolean isAtImport(Place draw) {
        return isOutsideFunctions(draw) && !isInGuard(draw);
    }

    /// Whether a draw is known to come before a statement: in the same stretch of code, on an
    /// earlier line; or while modules are imported, when the statement is inside a function or the
    /// main guard.
    boolean before(PythonModule module, Statement statement) {
        int line = module.source().line(statement.start());
        var function = functionAround(module, statement);
        for (var draw : places) {
            boolean here = draw.file().equals(module.path());
            if (here && function.equals(String.valueOf(draw.function())) && draw.line() < line) {
                return true;
            }
            if (!isAtImport(draw)) {
                continue;
            }
            if (!function.equals("<module>")
                    || !here && module == entry && isImportedBefore(draw, statement)) {
                return true;
            }
        }
        return false;
    }

    private boolean isImportedBefore(Place draw, Statement statement) {
        for (ImportSite site : entry.imports()) {
            if (site.statement().start() < statement.start()
                    && site.files().contains(draw.file())) {
                return true;
            }
        }
        return false;
    }

    /// Whether a statement of the script's own file draws while that file runs: itself, or in what
    /// it imports.
    boolean in(Statement statement) {
        return places.stream()
                        .anyMatch(
                                draw -> isOutsideFunctions(draw) && stands(draw, entry, statement))
                || inImport(statement);
    }

    /// Whether one of the imports before a statement at the top of the script draws.
    boolean inImportsBefore(Statement statement) {
        for (var other : entry.tree().body()) {
            if (other == statement) {
                return false;
            }
            if (inImport(other)) {
                return true;
            }
        }
        return false;
    }

    private boolean inImport(Statement statement) {
        for (ImportSite site : entry.imports()) {
            if (site.statement() == statement) {
                for (var draw : places) {
                    if (isOutsideFunctions(draw)
                            && site.modules().stream()
                                    .anyMatch(one -> one.path().equals(draw.file()))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// The first statement of a block that draws, when all draws stand in this function itself;
    /// else null: what an unknown function draws may come earlier.
    @Nullable Statement firstIn(Block block) {
        Statement first = null;
        for (var draw : places) {
            Statement here = null;
            for (var statement : block.statements()) {
                if (!(statement instanceof Statement.FunctionDefinition)
                        && !(statement instanceof Statement.ClassDefinition)
                        && stands(draw, block.module(), statement)) {
                    here = statement;
                }
            }
            if (here == null) {
                return null;
            }
            first = first == null || here.start() < first.start() ? here : first;
        }
        return first;
    }

    private static boolean isOutsideFunctions(Place draw) {
        return "<module>".equals(draw.function());
    }

    private boolean isInGuard(Place draw) {
        var guard = entry.mainGuard();
        return guard != null && stands(draw, entry, guard);
    }

    private static boolean stands(Place draw, PythonModule module, Statement statement) {
        return draw.file().equals(module.path())
                && new Layout(module.source()).covers(statement, draw.line());
    }

    private static String functionAround(PythonModule module, Statement statement) {
        var scope = module.scopeAt(statement.start());
        return scope.node() instanceof Statement.FunctionDefinition definition
                        && definition.start() != statement.start()
                ? definition.name()
                : "<module>";
    }
}
