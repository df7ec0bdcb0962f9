package dev.lockstep.fix;

/// How the script is started, as far as edits depend on it.
///
/// @param keepsWords whether every Python that may run it is 3.10 or newer and so has
///   `sys.orig_argv`
/// @param module whether it is started as a module, with `-m`
public record Start(boolean keepsWords, boolean module) {
    /// A script that is started by its path with a Python of today.
    public static final Start SCRIPT = new Start(true, false);
}
