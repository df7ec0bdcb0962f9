package dev.lockstep.comparison;

import org.jspecify.annotations.Nullable;

/// A difference in printed text or in a written file that is left when times, durations, process
/// ids and addresses are masked. Weak: a run with a pinned clock can still explain it away.
///
/// @param file `stdout.log`, or the written file's path
/// @param line one-based, or 0 when the file is no text
/// @param reference the line in the reference, or null when it has none there
/// @param candidate the line in the candidate, or null when it has none there
public record TextDifference(
        String file, long line, @Nullable String reference, @Nullable String candidate) {
    /// Whether the file is text; of others it is only known that their bytes differ.
    public boolean text() {
        return line > 0;
    }
}
