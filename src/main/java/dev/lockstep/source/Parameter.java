package dev.lockstep.source;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One parameter of a function or lambda.
///
/// @param fallback the default value, or null
public record Parameter(
        int start,
        int end,
        String name,
        Kind kind,
        @Nullable Expression annotation,
        @Nullable Expression fallback)
        implements Node {
    @Override
    public void children(Consumer<? super Node> each) {
        Children.maybe(annotation, each);
        Children.maybe(fallback, each);
    }

    /// How arguments reach a parameter.
    public enum Kind {
        POSITIONAL_ONLY,
        PLAIN,
        REST,
        KEYWORD_ONLY,
        KEYWORD_REST
    }
}
