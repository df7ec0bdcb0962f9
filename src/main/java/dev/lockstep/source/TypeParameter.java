package dev.lockstep.source;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One type parameter `T: bound = fallback`, `*Ts` or `**P` of PEP 695 and 696.
///
/// @param stars 0, 1 or 2
public record TypeParameter(
        int start,
        int end,
        String name,
        int stars,
        @Nullable Expression bound,
        @Nullable Expression fallback)
        implements Node {
    @Override
    public void children(Consumer<? super Node> each) {
        Children.maybe(bound, each);
        Children.maybe(fallback, each);
    }
}
