package dev.lockstep.cli;

/// Ends a command with exit code 2 and a message that says what happened, where, and what to do
/// next.
final class CannotTell extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// @param what what happened and where
    /// @param next what to do, as one or more lines; may be empty
    CannotTell(String what, String next) {
        super(next.isEmpty() ? what : what + "\n" + next.indent(2).stripTrailing());
    }

    CannotTell(String what) {
        this(what, "");
    }
}
