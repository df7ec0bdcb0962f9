package dev.lockstep.source;

import java.util.List;
import java.util.function.Consumer;

/// One `for target in iterable if … if …` of a comprehension.
public record Generator(
        int start,
        int end,
        Expression target,
        Expression iterable,
        List<Expression> conditions,
        boolean async)
        implements Node {
    @Override
    public void children(Consumer<? super Node> each) {
        each.accept(target);
        each.accept(iterable);
        Children.all(conditions, each);
    }
}
