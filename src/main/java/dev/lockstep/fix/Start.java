package dev.lockstep.fix;

import java.util.List;

/// How the script is started, as far as edits depend on it.
///
/// @param keepsWords whether every Python that may run it is 3.10 or newer and so has
///   `sys.orig_argv`
/// @param module whether it is started as a module, with `-m`
/// @param words the words of the command line, among which may be configuration files
public record Start(boolean keepsWords, boolean module, List<String> words) {
    public Start {
        words = List.copyOf(words);
    }
}
