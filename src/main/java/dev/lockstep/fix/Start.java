package dev.lockstep.fix;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the script is started, as far as edits depend on it.
///
/// @param keepsWords whether every Python that may run it is 3.10 or newer and so has
///   `sys.orig_argv`
/// @param way what Python is told to run
/// @param function the function of the script that a console script calls, or null
/// @param words the words of the command line, among which may be configuration files
public record Start(boolean keepsWords, Way way, @Nullable String function, List<String> words) {
    /// What Python is told to run.
    public enum Way {
        /// The file.
        SCRIPT,
        /// The module, with `-m`.
        MODULE,
        /// Something else that imports it: a console script, or code on the command line.
        IMPORT
    }

    public Start {
        words = List.copyOf(words);
    }
}
