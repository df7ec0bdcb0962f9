package dev.lockstep.source;

/// Why the text from `start` to `end` is not Python, in one sentence.
///
/// @param start offset of the first character that does not fit
/// @param end offset behind it
/// @param message what is wrong, without the place
public record SyntaxError(int start, int end, String message) {}
