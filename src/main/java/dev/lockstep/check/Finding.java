package dev.lockstep.check;

import dev.lockstep.hazard.Hazard;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the check says about one place in the source.
///
/// @param message what is there, why it matters here and what to do, in one line without a full
///   stop
/// @param lineText the source line that the place begins in, without its line end
/// @param path from the entry script to the place, empty when that is not known or of no interest
/// @param fix the edit that removes it, or null
public record Finding(
        Hazard hazard,
        Severity severity,
        Place place,
        String message,
        String lineText,
        List<Step> path,
        @Nullable Fix fix)
        implements Comparable<Finding> {
    private static final Comparator<Finding> ORDER =
            Comparator.comparing(Finding::place)
                    .thenComparing(finding -> finding.hazard().id())
                    .thenComparing(Finding::message);

    public Finding {
        if (message.isBlank() || message.endsWith(".") || message.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("message of " + hazard.id() + ": " + message);
        }
        path = List.copyOf(path);
    }

    @Override
    public int compareTo(Finding other) {
        return ORDER.compare(this, other);
    }
}
