package dev.lockstep.diagnosis;

import dev.lockstep.event.Site;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing made deterministic for a run: the name of a pin of `docs/reference/stream.md` and
/// where it holds.
///
/// @param name the pin's name
/// @param sites the lines of the user's code at which it acts; empty means everywhere
public record Pin(String name, List<Site> sites) implements Comparable<Pin> {
    private static final String RECORDED = "recorded ";
    private static final Comparator<Site> BY_PLACE =
            Comparator.comparing(Site::file).thenComparingInt(Site::line);

    public Pin {
        sites = sites.stream().distinct().sorted(BY_PLACE).toList();
    }

    /// A pin that holds everywhere.
    public static Pin everywhere(String name) {
        return new Pin(name, List.of());
    }

    /// One thing brought back to what a record says, which makes a run like the recorded one as a
    /// pin does.
    ///
    /// @param what in words: `source of model.py`
    public static Pin recorded(String what) {
        return everywhere(RECORDED + what);
    }

    /// What was brought back to what a record says; null when this is a pin proper.
    public @Nullable String recorded() {
        return name.startsWith(RECORDED) ? name.substring(RECORDED.length()) : null;
    }

    /// Whether it holds seeds that have another value in each run.
    boolean ofSeeds() {
        return name.equals("run-dependent-seed");
    }

    /// Gives `numpy`, or `run-dependent-seed at train.py:12` when it holds at certain lines alone.
    public String text() {
        return sites.isEmpty()
                ? name
                : name + " at " + String.join(", ", sites.stream().map(Site::text).toList());
    }

    @Override
    public int compareTo(Pin other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : text().compareTo(other.text());
    }
}
