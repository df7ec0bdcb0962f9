package dev.lockstep.check;

import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/// What is known about names at one point of a program; never changes, and shares what it can with
/// the maps it was made from.
///
/// A binary tree over the bits of a name's hash, so that two maps of the same names have the same
/// shape and are joined without looking at what they share.
final class Values {
    static final Values EMPTY = new Values(null);

    private final @Nullable Tree root;

    private sealed interface Tree {}

    private record Leaf(String name, Value value) implements Tree {}

    private record Fork(@Nullable Tree zero, @Nullable Tree one) implements Tree {}

    private Values(@Nullable Tree root) {
        this.root = root;
    }

    /// One bit of the path to a name. A string remembers its own hash of 32 bits; what lies deeper
    /// is decided by another one, which is worked out only there.
    private static boolean isOne(String name, int bit) {
        if (bit < 32) {
            int hash = name.hashCode() * 0x9E3779B9;
            return ((hash ^ hash >>> 15) >>> bit & 1) != 0;
        }
        long hash = 1125899906842597L;
        for (int i = 0; i < name.length(); i++) {
            hash = 1_000_003 * hash + name.charAt(i);
        }
        return (hash * 0x9E3779B97F4A7C15L >>> bit - 32 & 1) != 0;
    }

    @Nullable Value get(String name) {
        return get(root, name);
    }

    private static @Nullable Value get(@Nullable Tree root, String name) {
        int hash = name.hashCode() * 0x9E3779B9;
        hash ^= hash >>> 15;
        Tree at = root;
        for (int bit = 0; at instanceof Fork(Tree zero, Tree one); bit++) {
            boolean isOne = bit < 32 ? (hash >>> bit & 1) != 0 : isOne(name, bit);
            at = isOne ? one : zero;
        }
        return at instanceof Leaf leaf && leaf.name().equals(name) ? leaf.value() : null;
    }

    Values with(String name, Value value) {
        return new Values(put(root, new Leaf(name, value), 0, true));
    }

    /// These, and of the others those whose names are not known here.
    Values with(Values others) {
        return root == others.root ? this : new Values(add(root, others.root, 0));
    }

    private static @Nullable Tree add(@Nullable Tree to, @Nullable Tree from, int bit) {
        return switch (to) {
            case null -> from;
            case Leaf leaf -> from == null ? leaf : put(from, leaf, bit, true);
            case Fork fork ->
                    switch (from) {
                        case null -> fork;
                        case Leaf leaf -> put(fork, leaf, bit, false);
                        case Fork other ->
                                new Fork(
                                        add(fork.zero(), other.zero(), bit + 1),
                                        add(fork.one(), other.one(), bit + 1));
                    };
        };
    }

    /// @param instead whether the leaf takes the place of one with its name
    private static Tree put(@Nullable Tree at, Leaf leaf, int bit, boolean instead) {
        return switch (at) {
            case null -> leaf;
            case Leaf old -> {
                // Names that agree in 96 bits don't occur; the later one would stay.
                if (old.name().equals(leaf.name()) || bit > 95) {
                    yield instead ? leaf : old;
                }
                yield put(
                        !isOne(old.name(), bit) ? new Fork(old, null) : new Fork(null, old),
                        leaf,
                        bit,
                        instead);
            }
            case Fork fork ->
                    !isOne(leaf.name(), bit)
                            ? new Fork(put(fork.zero(), leaf, bit + 1, instead), fork.one())
                            : new Fork(fork.zero(), put(fork.one(), leaf, bit + 1, instead));
        };
    }

    /// The names that both know, with their values joined where they differ.
    Values join(Values other, BinaryOperator<Value> either) {
        return root == other.root ? this : new Values(join(root, other.root, either));
    }

    private static @Nullable Tree join(
            @Nullable Tree a, @Nullable Tree b, BinaryOperator<Value> either) {
        if (a == b) {
            return a;
        }
        if (a instanceof Fork f && b instanceof Fork g) {
            Tree zero = join(f.zero(), g.zero(), either);
            Tree one = join(f.one(), g.one(), either);
            return zero == null && one == null ? null : new Fork(zero, one);
        }
        Leaf first = a instanceof Leaf leaf ? leaf : null;
        if (first == null) {
            return b instanceof Leaf second ? same(second, find(a, second), either, false) : null;
        }
        return same(first, find(b, first), either, true);
    }

    private static @Nullable Leaf find(@Nullable Tree tree, Leaf wanted) {
        return switch (tree) {
            case null -> null;
            case Leaf leaf -> leaf.name().equals(wanted.name()) ? leaf : null;
            case Fork fork -> {
                Leaf zero = find(fork.zero(), wanted);
                yield zero != null ? zero : find(fork.one(), wanted);
            }
        };
    }

    private static @Nullable Tree same(
            Leaf leaf, @Nullable Leaf other, BinaryOperator<Value> either, boolean first) {
        if (other == null) {
            return null;
        }
        if (leaf.value().equals(other.value())) {
            return leaf;
        }
        Value joined =
                first
                        ? either.apply(leaf.value(), other.value())
                        : either.apply(other.value(), leaf.value());
        return new Leaf(leaf.name(), joined);
    }
}
