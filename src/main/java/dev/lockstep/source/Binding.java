package dev.lockstep.source;

import org.jspecify.annotations.Nullable;

/// A definition of a name together with what it was found to mean.
final class Binding {
    private final Definition definition;
    private volatile @Nullable Answer answer;

    /// The symbol, or null when the source doesn't say.
    record Answer(@Nullable Symbol symbol) {}

    Binding(Definition definition) {
        this.definition = definition;
    }

    Definition definition() {
        return definition;
    }

    @Nullable Answer answer() {
        return answer;
    }

    void answer(Answer found) {
        answer = found;
    }

    boolean isNone() {
        return definition instanceof Definition.Value v
                && v.value() instanceof Expression.Constant c
                && c.kind() == Expression.Constant.Kind.NONE;
    }
}
