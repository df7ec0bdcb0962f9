package dev.lockstep.comparison;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives the texts that one run left: what it printed and the files it wrote.
public interface RunTexts {
    /// Opens `stdout.log`, `stderr.log` or a written file by its path as the event names it; null
    /// when there is no such text to be had.
    @Nullable InputStream open(String file) throws IOException;

    /// Gives the paths that belong to this run alone and may stand in its texts.
    List<String> folders();

    /// Gives how much faster the clock ran for this run than for its reference: a number that tells
    /// a time is larger by that.
    default double clockRate() {
        return 1;
    }

    /// A run that left no text.
    RunTexts NONE =
            new RunTexts() {
                @Override
                public @Nullable InputStream open(String file) {
                    return null;
                }

                @Override
                public List<String> folders() {
                    return List.of();
                }
            };
}
