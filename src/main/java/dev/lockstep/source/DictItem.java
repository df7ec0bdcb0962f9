package dev.lockstep.source;

import org.jspecify.annotations.Nullable;

/// `key: value` of a dictionary, or `**value` when `key` is null.
public record DictItem(int start, int end, @Nullable Expression key, Expression value)
        implements Node {}
