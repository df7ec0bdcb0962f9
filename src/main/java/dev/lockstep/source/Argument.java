package dev.lockstep.source;

import org.jspecify.annotations.Nullable;

/// A keyword argument `name=value`, or `**value` when `name` is null.
public record Argument(int start, int end, @Nullable String name, Expression value)
        implements Node {}
