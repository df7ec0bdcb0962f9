package dev.lockstep.check;

import dev.lockstep.source.Node;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Tree;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes the tree of a file, gives the way back up: who is whose parent.
///
/// Nodes are told apart by identity and found by their offsets: the identity hash of millions of
/// nodes would cost more than all the rest here.
final class Parents {
    private Node[] nodes;
    private Node[] parents;
    private int size;

    Parents(Tree tree) {
        int capacity = Integer.highestOneBit(Math.max(64, tree.source().text().length() / 8)) * 2;
        nodes = new Node[capacity];
        parents = new Node[capacity];
        for (Statement statement : tree.body()) {
            statement.children(new Below(statement));
        }
    }

    /// Puts the children of a node, and theirs.
    private final class Below implements Consumer<Node> {
        private Node parent;

        Below(Node parent) {
            this.parent = parent;
        }

        @Override
        public void accept(Node child) {
            Node around = parent;
            put(child, around);
            parent = child;
            child.children(this);
            parent = around;
        }
    }

    /// The node that holds this one, or null for a statement of the module itself.
    @Nullable Node of(Node node) {
        int slot = slot(node);
        for (Node at = nodes[slot]; at != null; at = nodes[slot]) {
            if (at == node) {
                return parents[slot];
            }
            slot = slot + 1 & nodes.length - 1;
        }
        return null;
    }

    private void put(Node node, Node parent) {
        if (++size > nodes.length / 2) {
            grow();
        }
        int slot = slot(node);
        while (nodes[slot] != null) {
            slot = slot + 1 & nodes.length - 1;
        }
        nodes[slot] = node;
        parents[slot] = parent;
    }

    private int slot(Node node) {
        int hash = (node.start() * 31 + node.end()) * 0x9E3779B9;
        return (hash ^ hash >>> 15) & nodes.length - 1;
    }

    private void grow() {
        Node[] before = nodes;
        Node[] above = parents;
        nodes = new Node[before.length * 2];
        parents = new Node[before.length * 2];
        size = 1;
        for (int i = 0; i < before.length; i++) {
            if (before[i] != null) {
                put(before[i], above[i]);
            }
        }
    }
}
