package dev.lockstep.comparison;

import dev.lockstep.event.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What one run showed beside its evidence, gathered while it was compared; bounded in size.
///
/// Values are added by the comparison alone; readers see what has been gathered so far.
public final class Observations {
    /// At most this many events of one kind are kept, the first ones.
    public static final int MOST_OF_A_KIND = 4096;

    private final List<Observed> seen = new ArrayList<>();
    private final Map<Class<? extends Event>, Integer> counts = new HashMap<>();
    private boolean truncated;

    void add(Observed observed) {
        if (counts.merge(observed.event().getClass(), 1, Integer::sum) <= MOST_OF_A_KIND) {
            seen.add(observed);
        } else {
            truncated = true;
        }
    }

    /// Gives everything that was seen of these kinds, in the order of reading: what one process
    /// showed is in the order in which it happened.
    public List<Observed> of(Set<Class<? extends Event>> kinds) {
        return seen.stream()
                .filter(observed -> kinds.contains(observed.event().getClass()))
                .toList();
    }

    /// Gives everything that was seen of one kind, in the order of reading.
    public List<Observed> of(Class<? extends Event> kind) {
        return of(Set.of(kind));
    }

    /// Gives the events of one kind alone.
    public <E extends Event> List<E> events(Class<E> kind) {
        return of(kind).stream().map(observed -> kind.cast(observed.event())).toList();
    }

    /// Whether some events were not kept.
    public boolean truncated() {
        return truncated;
    }
}
