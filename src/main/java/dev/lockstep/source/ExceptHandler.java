package dev.lockstep.source;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One `except` of a `try`.
///
/// @param type what it catches; a tuple for several; null for everything
/// @param group whether it is written `except*`
public record ExceptHandler(
        int start,
        int end,
        @Nullable Expression type,
        @Nullable String name,
        boolean group,
        List<Statement> body)
        implements Node {
    @Override
    public void children(Consumer<? super Node> each) {
        Children.maybe(type, each);
        Children.all(body, each);
    }
}
