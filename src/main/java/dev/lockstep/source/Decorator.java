package dev.lockstep.source;

import java.util.function.Consumer;

/// `@expression` before a definition.
public record Decorator(int start, int end, Expression expression) implements Node {
    @Override
    public void children(Consumer<? super Node> each) {
        each.accept(expression);
    }
}
