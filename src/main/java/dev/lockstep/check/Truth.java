package dev.lockstep.check;

/// Whether a condition holds when the program runs.
///
/// @param kind how sure that is
/// @param option the option that decides it, `--seed`, or empty
record Truth(Kind kind, String option) {
    static final Truth TRUE = new Truth(Kind.TRUE, "");
    static final Truth FALSE = new Truth(Kind.FALSE, "");
    static final Truth UNKNOWN = new Truth(Kind.UNKNOWN, "");
    static final Truth CUDA = new Truth(Kind.CUDA, "");

    /// The answers.
    enum Kind {
        TRUE,
        FALSE,
        /// It depends on what is not known here.
        UNKNOWN,
        /// It holds where a CUDA device is, or is wanted.
        CUDA,
        /// An option decides it, and its default says yes.
        TRUE_BY_DEFAULT,
        /// An option decides it, and its default says no.
        FALSE_BY_DEFAULT
    }

    static Truth of(boolean value, String option) {
        if (option.isEmpty()) {
            return value ? TRUE : FALSE;
        }
        return new Truth(value ? Kind.TRUE_BY_DEFAULT : Kind.FALSE_BY_DEFAULT, option);
    }

    Truth not() {
        return switch (kind) {
            case TRUE -> FALSE;
            case FALSE -> TRUE;
            case TRUE_BY_DEFAULT -> new Truth(Kind.FALSE_BY_DEFAULT, option);
            case FALSE_BY_DEFAULT -> new Truth(Kind.TRUE_BY_DEFAULT, option);
            case UNKNOWN, CUDA -> UNKNOWN;
        };
    }

    boolean holds() {
        return kind == Kind.TRUE || kind == Kind.TRUE_BY_DEFAULT;
    }

    boolean fails() {
        return kind == Kind.FALSE || kind == Kind.FALSE_BY_DEFAULT;
    }
}
