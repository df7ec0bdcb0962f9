package dev.lockstep.source;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One `context as target` of a `with`.
public record WithItem(int start, int end, Expression context, @Nullable Expression target)
        implements Node {
    @Override
    public void children(Consumer<? super Node> each) {
        each.accept(context);
        Children.maybe(target, each);
    }
}
