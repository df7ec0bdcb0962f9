package dev.lockstep.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a `case` compares with.
public sealed interface Pattern extends Node {
    /// A literal or a dotted name.
    record Value(int start, int end, Expression value) implements Pattern {}

    /// A name that takes what stands there; null for `_`.
    record Capture(int start, int end, @Nullable String name) implements Pattern {}

    record Sequence(int start, int end, List<Pattern> patterns) implements Pattern {}

    /// `*name` in a sequence; null for `*_`.
    record Star(int start, int end, @Nullable String name) implements Pattern {}

    /// `{key: pattern, **rest}`; keys and patterns pair up by index.
    record Mapping(
            int start,
            int end,
            List<Expression> keys,
            List<Pattern> patterns,
            @Nullable String rest)
            implements Pattern {}

    /// `Type(pattern, name=pattern)`; the last `names.size()` patterns are the named ones.
    record Instance(int start, int end, Expression type, List<Pattern> patterns, List<String> names)
            implements Pattern {}

    record As(int start, int end, Pattern pattern, String name) implements Pattern {}

    record Or(int start, int end, List<Pattern> patterns) implements Pattern {}
}
