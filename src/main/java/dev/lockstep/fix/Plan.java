package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.source.Project;
import dev.lockstep.source.PythonModule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;

/// What would remove the causes: edits of the source, and advice where no edit does.
///
/// @param edits in the order of files and places, none overlapping another
/// @param advice one sentence each
/// @param unsafe whether an edit may change a number of a run that was reproducible already
public record Plan(List<Edit> edits, List<String> advice, boolean unsafe) {
    private static final Pattern GENERATED =
            Pattern.compile(
                    "(?i)@generated|do not edit|(code|file) (was |is )?(automatically |auto-?)?generated");

    public Plan {
        edits = List.copyOf(edits);
        advice = List.copyOf(advice);
    }

    /// Takes what is wanted, leaves out what must not be done: edits of generated files, and of two
    /// edits that overlap the second.
    public static Plan of(
            Collection<Edit> wanted, List<String> advice, boolean unsafe, Project project) {
        var said = new LinkedHashSet<>(advice);
        var kept = new ArrayList<Edit>();
        for (var edit : wanted.stream().sorted(Comparator.comparing(Edit::place)).toList()) {
            var file = edit.place().file();
            var module = project.module(file);
            var last = kept.isEmpty() ? null : kept.getLast().place();
            if (module != null && isGenerated(module)) {
                said.add(
                        file
                                + " is generated, as its head says, and is not edited: change what"
                                + " generates it");
            } else if (last != null
                    && last.file().equals(file)
                    && edit.place().start() < last.end()) {
                said.add(
                        "two edits overlap at "
                                + edit.place().fileAndLine()
                                + "; run fix again for the second");
            } else {
                kept.add(edit);
            }
        }
        return new Plan(kept, List.copyOf(said), unsafe);
    }

    /// Whether a file's first lines say that a program wrote it.
    private static boolean isGenerated(PythonModule module) {
        return module.source()
                .text()
                .lines()
                .limit(5)
                .anyMatch(line -> line.startsWith("#") && GENERATED.matcher(line).find());
    }
}
