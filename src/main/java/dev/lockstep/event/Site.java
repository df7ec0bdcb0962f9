package dev.lockstep.event;

import org.jspecify.annotations.Nullable;

/// A place in the user's own code: the innermost frame that lies in the project.
///
/// @param file relative to the project with `/`, or absolute when outside it
/// @param line one-based
/// @param function the function's name, or null when the event does not say
public record Site(String file, int line, @Nullable String function) {
    /// Gives `train.py:48`.
    public String text() {
        return file + ":" + line;
    }
}
