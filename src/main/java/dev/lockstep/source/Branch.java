package dev.lockstep.source;

import java.util.List;
import java.util.function.Consumer;

/// One `if` or `elif` with what it guards.
public record Branch(int start, int end, Expression test, List<Statement> body) implements Node {
    @Override
    public void children(Consumer<? super Node> each) {
        each.accept(test);
        Children.all(body, each);
    }
}
