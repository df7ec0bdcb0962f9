package dev.lockstep.source;

/// `@expression` before a definition.
public record Decorator(int start, int end, Expression expression) implements Node {}
