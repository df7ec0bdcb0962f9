package dev.lockstep.source;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A keyword argument `name=value`, or `**value` when `name` is null.
public record Argument(int start, int end, @Nullable String name, Expression value)
        implements Node {
    @Override
    public void children(Consumer<? super Node> each) {
        each.accept(value);
    }
}
