package dev.lockstep.source;

import java.util.function.Consumer;

/// One piece of a syntax tree, from offset `start` up to `end` of its {@link Source}.
///
/// The shape follows CPython's `ast`, with chains of operators flat. Positions do too: brackets
/// around an expression are not part of it (those of a tuple are), a decorated definition starts at
/// `def` or `class`, a block ends with its last statement.
///
/// Nodes compare by all that is below them; who needs a map from nodes wants an identity map.
public sealed interface Node
        permits Expression,
                Statement,
                Pattern,
                Alias,
                Argument,
                Branch,
                Case,
                Decorator,
                DictItem,
                ExceptHandler,
                Generator,
                Parameter,
                TypeParameter,
                WithItem {
    int start();

    int end();

    /// Gives each child in the order of the source.
    void children(Consumer<? super Node> each);

    /// Gives this node and everything below it, parents first.
    default void walk(Consumer<? super Node> each) {
        new Children.Walk(each).accept(this);
    }
}
