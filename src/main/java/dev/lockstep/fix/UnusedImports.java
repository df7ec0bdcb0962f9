package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.check.Place;
import dev.lockstep.source.Alias;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Node;
import dev.lockstep.source.Project;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Takes away what a file imports at its top and uses no longer once it is edited: `import time`,
/// where the seed came from the clock.
final class UnusedImports {
    private final PythonModule module;
    private final List<Edit> edits;
    private final Layout layout;
    private final List<Expression.Name> names = new ArrayList<>();

    private UnusedImports(PythonModule module, List<Edit> edits) {
        this.module = module;
        this.edits = edits;
        this.layout = new Layout(module.source());
    }

    /// @param wanted all edits that are to be made
    static List<Edit> of(Collection<Edit> wanted, Project project) {
        var files = new TreeSet<String>();
        wanted.forEach(edit -> files.add(edit.place().file()));
        var gone = new ArrayList<Edit>();
        for (var file : files) {
            var module = project.module(file);
            // What a package's own file imports, others import from there.
            if (module != null && !file.endsWith("__init__.py")) {
                var here =
                        wanted.stream().filter(edit -> edit.place().file().equals(file)).toList();
                gone.addAll(new UnusedImports(module, here).edits());
            }
        }
        return gone;
    }

    private List<Edit> edits() {
        module.tree().body().forEach(statement -> statement.walk(this::note));
        var gone = new ArrayList<Edit>();
        for (var statement : module.tree().body()) {
            var aliases =
                    switch (statement) {
                        case Statement.Import i -> i.names();
                        case Statement.ImportFrom i when !"__future__".equals(i.module()) ->
                                i.names();
                        default -> List.<Alias>of();
                    };
            var kept = aliases.stream().filter(alias -> !isUnused(alias.bound())).toList();
            if (kept.size() < aliases.size()) {
                var edit = without(statement, aliases, kept);
                if (edit != null && edits.stream().noneMatch(other -> touch(other, edit))) {
                    gone.add(edit);
                }
            }
        }
        return gone;
    }

    private void note(Node node) {
        if (node instanceof Expression.Name name) {
            names.add(name);
        }
    }

    /// Whether every use of a name lies in text that is replaced by other text.
    private boolean isUnused(String name) {
        var uses = names.stream().filter(use -> use.id().equals(name)).toList();
        var word = Pattern.compile("\\b" + Pattern.quote(name) + "\\b");
        return !uses.isEmpty()
                && uses.stream().allMatch(this::isReplaced)
                && edits.stream().noneMatch(edit -> word.matcher(edit.text()).find());
    }

    private boolean isReplaced(Expression.Name use) {
        return edits.stream()
                .map(Edit::place)
                .anyMatch(place -> place.start() <= use.start() && use.end() <= place.end());
    }

    private @Nullable Edit without(Statement statement, List<Alias> aliases, List<Alias> kept) {
        if (kept.isEmpty()) {
            return layout.alone(statement) ? layout.withoutGroup(statement) : null;
        }
        if (layout.firstLine(statement) != layout.lastLine(statement)) {
            return null;
        }
        var source = module.source();
        var place = Place.of(source, aliases.getFirst().start(), aliases.getLast().end());
        return new Edit(place, String.join(", ", kept.stream().map(source::slice).toList()));
    }

    private static boolean touch(Edit one, Edit other) {
        return one.place().start() <= other.place().end()
                && other.place().start() <= one.place().end();
    }
}
