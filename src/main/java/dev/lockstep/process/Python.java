package dev.lockstep.process;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// An interpreter that can start an experiment.
///
/// @param executable as it was found, so that a virtual environment's own link is kept
/// @param version such as `3.11.2`
/// @param torch version of torch such as `2.13.0+cpu`, as its files say; null when it has none
/// @param where where it was found, in words
public record Python(Path executable, String version, @Nullable String torch, String where) {

    /// The version as `{major, minor}`.
    public int[] release() {
        var parts = version.split("\\.", -1);
        return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
    }
}
