package dev.lockstep.diagnosis;

import dev.lockstep.comparison.Divergence;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What diagnosis found: the causes, each proved, and everything else it can honestly say.
///
/// @param proved the causes: minimal, in the order of the places at which they show
/// @param ruledOut what was tried and is no cause
/// @param suspected what was not tried, or could not be
/// @param proof runs that agree with exactly the causes pinned, or null when there are none
/// @param unpinned where pairs with no cause pinned parted, the first pair's place first
/// @param notes sentences for the reader
public record Explanation(
        List<Proved> proved,
        List<Rejected> ruledOut,
        List<Untried> suspected,
        @Nullable Agreement proof,
        List<Divergence> unpinned,
        List<String> notes) {
    public Explanation {
        proved = List.copyOf(proved);
        ruledOut = List.copyOf(ruledOut);
        suspected = List.copyOf(suspected);
        unpinned = List.copyOf(unpinned);
        notes = List.copyOf(notes);
    }

    /// A hazard proved by experiment: with every pin the pair agrees, without this one it parts.
    ///
    /// @param without where the pair parted when everything but this was pinned
    public record Proved(Suspect suspect, Divergence without) {}

    /// A hazard that is no cause, and the experiment that says so.
    public record Rejected(Suspect suspect, String why) {
        /// The catalogue's id.
        public String hazard() {
            return suspect.hazard();
        }
    }

    /// A hazard that was not tried.
    public record Untried(String hazard, String why) {}

    /// Runs that agreed to their end under these pins.
    public record Agreement(int runs, long steps, long tensors, Set<Pin> pins) {
        public Agreement {
            pins = Set.copyOf(pins);
        }
    }

    /// Both findings as one; what was found out later stands behind.
    public Explanation and(Explanation later) {
        return new Explanation(
                both(proved, later.proved),
                both(ruledOut, later.ruledOut),
                both(suspected, later.suspected),
                proof != null ? proof : later.proof,
                both(unpinned, later.unpinned),
                both(notes, later.notes));
    }

    private static <T> List<T> both(List<T> first, List<T> second) {
        var all = new java.util.ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
