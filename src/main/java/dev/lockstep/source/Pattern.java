package dev.lockstep.source;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a `case` compares with.
public sealed interface Pattern extends Node {
    /// A literal or a dotted name.
    record Value(int start, int end, Expression value) implements Pattern {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(value);
        }
    }

    /// A name that takes what stands there; null for `_`.
    record Capture(int start, int end, @Nullable String name) implements Pattern {
        @Override
        public void children(Consumer<? super Node> each) {}
    }

    record Sequence(int start, int end, List<Pattern> patterns) implements Pattern {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(patterns, each);
        }
    }

    /// `*name` in a sequence; null for `*_`.
    record Star(int start, int end, @Nullable String name) implements Pattern {
        @Override
        public void children(Consumer<? super Node> each) {}
    }

    /// `{key: pattern, **rest}`; keys and patterns pair up by index.
    record Mapping(
            int start,
            int end,
            List<Expression> keys,
            List<Pattern> patterns,
            @Nullable String rest)
            implements Pattern {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(keys, each);
            Children.all(patterns, each);
        }
    }

    /// `Type(pattern, name=pattern)`; the last `names.size()` patterns are the named ones.
    record Instance(int start, int end, Expression type, List<Pattern> patterns, List<String> names)
            implements Pattern {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(type);
            Children.all(patterns, each);
        }
    }

    record As(int start, int end, Pattern pattern, String name) implements Pattern {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(pattern);
        }
    }

    record Or(int start, int end, List<Pattern> patterns) implements Pattern {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(patterns, each);
        }
    }
}
