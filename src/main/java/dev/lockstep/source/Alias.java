package dev.lockstep.source;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One imported name: `name as as`.
///
/// @param name dotted in `import a.b`, plain in `from x import a`, `*` for all
/// @param as the name given to it here, or null
public record Alias(int start, int end, String name, @Nullable String as) implements Node {
    @Override
    public void children(Consumer<? super Node> each) {}

    /// The name that an `import` or `from` statement binds: `as`, else the first part of `name`.
    public String bound() {
        if (as != null) {
            return as;
        }
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }
}
