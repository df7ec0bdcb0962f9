package dev.lockstep.event;

import java.io.IOException;

/// A run or stream that cannot be read, with the reason as one sentence that says what, where and
/// what to do.
public final class Unreadable extends IOException {
    private static final long serialVersionUID = 1L;

    /// The six ways in which something can be unreadable; each has a sentence of its own.
    public enum Why {
        ABSENT,
        INCOMPLETE,
        TOO_OLD,
        TOO_NEW,
        DAMAGED,
        UNSAFE
    }

    private final Why why;

    private Unreadable(Why why, String message) {
        super(message);
        this.why = why;
    }

    /// Gives which of the six it is.
    public Why why() {
        return why;
    }

    /// Nothing is there.
    public static Unreadable absent(String what, String where) {
        return new Unreadable(Why.ABSENT, "there is no " + what + " at " + where);
    }

    /// It stops before its end; what stands before `at` is whole.
    public static Unreadable incomplete(String where, String at) {
        return new Unreadable(
                Why.INCOMPLETE,
                where + " is incomplete: it stops " + at + "; everything before that is whole");
    }

    /// Written in a format that is no longer read.
    public static Unreadable tooOld(String where, long format, long oldest) {
        return new Unreadable(
                Why.TOO_OLD,
                where
                        + " is too old: it has format "
                        + format
                        + " and this Lockstep reads from format "
                        + oldest
                        + " on; read it with the Lockstep that wrote it");
    }

    /// Written in a format that is not known yet.
    public static Unreadable tooNew(String where, long format, long newest) {
        return new Unreadable(
                Why.TOO_NEW,
                where
                        + " is too new: it has format "
                        + format
                        + " and this Lockstep reads up to format "
                        + newest
                        + "; install a newer Lockstep");
    }

    /// The bytes are not what was written.
    public static Unreadable damaged(String where, String what) {
        return new Unreadable(Why.DAMAGED, where + " is damaged: " + what);
    }

    /// It would do more than be read; whoever made it did so on purpose, or with another program.
    public static Unreadable unsafe(String where, String what) {
        return new Unreadable(
                Why.UNSAFE,
                where
                        + " is refused: "
                        + what
                        + "; nothing of it was used. Ask for one that `lockstep export` wrote");
    }
}
