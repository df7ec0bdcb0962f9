package dev.lockstep.source;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `key: value` of a dictionary, or `**value` when `key` is null.
public record DictItem(int start, int end, @Nullable Expression key, Expression value)
        implements Node {
    @Override
    public void children(Consumer<? super Node> each) {
        Children.maybe(key, each);
        each.accept(value);
    }
}
