package dev.lockstep.comparison;

import dev.lockstep.event.Leaf;
import dev.lockstep.event.Site;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How two events that belong together differ, before it is known where in the run they stand.
///
/// @param leavesOf the optimizer whose following `leaves` events name the tensor, or null
/// @param worker the loader's worker that made the batch, or null
record Difference(
        Divergence.Kind kind,
        @Nullable String name,
        @Nullable Site site,
        @Nullable String reference,
        @Nullable String candidate,
        List<Divergence.Detail> details,
        @Nullable Long leavesOf,
        @Nullable Long worker) {
    static Difference of(
            Divergence.Kind kind,
            @Nullable Site site,
            @Nullable String reference,
            @Nullable String candidate,
            List<Divergence.Detail> details) {
        return new Difference(kind, null, site, reference, candidate, details, null, null);
    }

    Difference named(@Nullable String newName) {
        return new Difference(kind, newName, site, reference, candidate, details, leavesOf, worker);
    }

    Difference followedByLeaves(long optimizer) {
        return new Difference(kind, name, site, reference, candidate, details, optimizer, worker);
    }

    Difference madeBy(@Nullable Long newWorker) {
        return new Difference(kind, name, site, reference, candidate, details, leavesOf, newWorker);
    }

    /// Gives the same with the first leaf that differs as the name, and its fingerprints. The leaf
    /// of a file that holds one bare tensor has no name.
    Difference narrowed(List<Leaf> reference, List<Leaf> candidate, List<String> names) {
        for (int i = 0; i < Math.max(reference.size(), candidate.size()); i++) {
            Leaf left = i < reference.size() ? reference.get(i) : null;
            Leaf right = i < candidate.size() ? candidate.get(i) : null;
            if (left != null && left.equals(right)) {
                continue;
            }
            String own = left != null ? left.name() : right == null ? null : right.name();
            return new Difference(
                    kind,
                    own != null && !own.isEmpty() ? own : i < names.size() ? names.get(i) : null,
                    site,
                    left == null || left.fingerprint() == null ? null : left.fingerprint().hex(),
                    right == null || right.fingerprint() == null ? null : right.fingerprint().hex(),
                    details,
                    leavesOf,
                    worker);
        }
        return this;
    }
}
