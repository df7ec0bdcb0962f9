package dev.lockstep.source;

/// Thrown inside the parser where the text is not Python; one instance, without a stack trace, is
/// used again and again.
final class Unexpected extends RuntimeException {
    private static final long serialVersionUID = 1;

    transient int token;
    transient String reason = "";

    Unexpected() {
        super(null, null, false, false);
    }
}
