package dev.lockstep.diagnosis;

import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a probing pair runs under: the pins of both runs, what the candidate differs in on purpose,
/// and the steps whose operations are traced.
///
/// @param varied the factor in which the candidate differs from the reference, or null
/// @param traced the steps whose operations are recorded, or null
public record Conditions(
        SortedSet<Pin> pins, @Nullable Factor varied, @Nullable TraceWindow traced) {
    public Conditions {
        pins = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(pins));
    }

    /// Conditions in which these pins hold and nothing else is changed.
    public static Conditions pinned(Collection<Pin> pins) {
        return new Conditions(new TreeSet<>(pins), null, null);
    }

    /// The same, and the candidate differs in one factor.
    public Conditions varying(Factor factor) {
        return new Conditions(pins, factor, traced);
    }

    /// The same, and the operations of these steps are recorded.
    public Conditions tracing(TraceWindow window) {
        return new Conditions(pins, varied, window);
    }

    /// Optimizer steps, both ends included, counted from 0.
    public record TraceWindow(long from, long to) {
        public TraceWindow {
            if (from < 0 || to < from) {
                throw new IllegalArgumentException("steps " + from + " to " + to);
            }
        }
    }
}
