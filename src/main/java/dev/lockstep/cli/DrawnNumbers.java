package dev.lockstep.cli;

import dev.lockstep.comparison.Comparison;
import dev.lockstep.comparison.Observed;
import dev.lockstep.diagnosis.UnseenDraws;
import dev.lockstep.event.Event;
import dev.lockstep.event.Site;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the reference of a pair drew from generators that nobody had seeded, but for what libraries
/// draw for themselves while they are imported.
///
/// @param project sites are relative to it
record DrawnNumbers(Path project, Comparison comparison) {
    private static final Pattern IMPORT = Pattern.compile("\\s*(import|from)\\s");

    /// Those of which nothing that was compared shows the numbers.
    UnseenDraws unseen() {
        return UnseenDraws.of(
                comparison.compared(),
                !comparison.reference().events(Event.Load.class).isEmpty(),
                clues());
    }

    /// Those behind the last step, which no step shows.
    UnseenDraws afterTraining() {
        return UnseenDraws.afterTraining(
                comparison.compared(), comparison.counts().steps(), clues());
    }

    /// A generator that a package makes for itself is told with the line that imports the package.
    private List<Observed> clues() {
        return Workbench.clues(comparison.reference()).stream()
                .filter(clue ->
                        !(clue.event() instanceof Event.Entropy entropy
                                && entropy.via() != null
                                && imports(entropy.site())))
                .toList();
    }

    private boolean imports(@Nullable Site site) {
        var line = site == null ? null : Shown.source(project, site);
        return line != null && IMPORT.matcher(line).lookingAt();
    }
}
