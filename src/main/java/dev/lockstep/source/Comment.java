package dev.lockstep.source;

/// A comment, from its `#` up to the end of the line.
public record Comment(int start, int end) {}
