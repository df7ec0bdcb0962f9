package dev.lockstep.check;

import java.util.List;

/// The edits that remove a finding, and what they may do to results.
///
/// @param title what the edits do, in the imperative: "pass random_state=0"
/// @param edits in the order of the text, not overlapping; empty exactly when the fix is only shown
public record Fix(Safety safety, String title, List<Edit> edits) {
    /// What a fix may do to the numbers of a run that was reproducible already.
    public enum Safety {
        /// It cannot change any.
        SAFE,
        /// It may change some.
        UNSAFE,
        /// It is advice with a snippet and edits nothing.
        DISPLAY;

        /// Gives the word that outputs use.
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public Fix {
        edits = List.copyOf(edits);
        if (edits.isEmpty() != (safety == Safety.DISPLAY)) {
            throw new IllegalArgumentException("a fix that is only shown has no edits: " + title);
        }
    }

    /// Gives a fix of one or more edits that cannot change a result that repeats already.
    public static Fix safe(String title, Edit... edits) {
        return new Fix(Safety.SAFE, title, List.of(edits));
    }

    /// Gives a fix of one or more edits that may change results.
    public static Fix unsafe(String title, Edit... edits) {
        return new Fix(Safety.UNSAFE, title, List.of(edits));
    }

    /// Gives advice without edits.
    public static Fix display(String title) {
        return new Fix(Safety.DISPLAY, title, List.of());
    }
}
