package dev.lockstep.source;

import org.jspecify.annotations.Nullable;

/// One `context as target` of a `with`.
public record WithItem(int start, int end, Expression context, @Nullable Expression target)
        implements Node {}
