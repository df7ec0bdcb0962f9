package dev.lockstep.source;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One `case` of a `match`.
public record Case(
        int start, int end, Pattern pattern, @Nullable Expression guard, List<Statement> body)
        implements Node {
    @Override
    public void children(Consumer<? super Node> each) {
        each.accept(pattern);
        Children.maybe(guard, each);
        Children.all(body, each);
    }
}
