package dev.lockstep.source;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Hands on what stands below a node.
final class Children {
    private Children() {}

    static void all(List<? extends Node> nodes, Consumer<? super Node> each) {
        for (int i = 0; i < nodes.size(); i++) {
            each.accept(nodes.get(i));
        }
    }

    static void maybe(@Nullable Node node, Consumer<? super Node> each) {
        if (node != null) {
            each.accept(node);
        }
    }

    /// Gives a node and everything below it to somebody, parents first.
    record Walk(Consumer<? super Node> each) implements Consumer<Node> {
        @Override
        public void accept(Node node) {
            each.accept(node);
            node.children(this);
        }
    }
}
