package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import java.util.List;

/// What would remove the causes: edits of the source, and advice where no edit does.
///
/// @param edits in the order of files and places, none overlapping another
/// @param advice one sentence each
/// @param unsafe whether an edit may change a number of a run that was reproducible already
public record Plan(List<Edit> edits, List<String> advice, boolean unsafe) {
    public Plan {
        edits = List.copyOf(edits);
        advice = List.copyOf(advice);
    }
}
