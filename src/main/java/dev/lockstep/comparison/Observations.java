package dev.lockstep.comparison;

import dev.lockstep.event.Event;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What one run showed beside its evidence, gathered while it was compared; bounded in size.
///
/// Values are added by the comparison alone; readers see what has been gathered so far.
public final class Observations {
    /// At most this many events of one kind are kept, the first ones.
    public static final int MOST_OF_A_KIND = 4096;

    private final Map<Class<? extends Event>, List<Observed>> byKind = new LinkedHashMap<>();
    private boolean truncated;

    void add(Observed observed) {
        List<Observed> kind =
                byKind.computeIfAbsent(observed.event().getClass(), _ -> new ArrayList<>());
        if (kind.size() < MOST_OF_A_KIND) {
            kind.add(observed);
        } else {
            truncated = true;
        }
    }

    /// Gives everything that was seen of one kind, process by process in the order of reading.
    public List<Observed> of(Class<? extends Event> kind) {
        return Collections.unmodifiableList(byKind.getOrDefault(kind, List.of()));
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
