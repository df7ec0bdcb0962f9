package dev.lockstep.source;

import org.jspecify.annotations.Nullable;

/// Remembers what expressions of one module stand for, as every rule and every program that is
/// followed asks again.
///
/// A table of one answer a place: an expression that falls on another's place takes it over.
/// Several threads may use it without a lock, as an answer never changes and says whose it is.
final class Answers {
    /// @param symbol null when the source doesn't say
    record Answer(Expression expression, Scope scope, @Nullable Symbol symbol) {}

    private final @Nullable Answer[] table;

    /// @param calls how many calls the module has
    Answers(int calls) {
        table = new Answer[Integer.highestOneBit(Math.max(8, calls)) * 4];
    }

    @Nullable Answer of(Expression expression, Scope scope) {
        Answer answer = table[place(expression)];
        return answer != null && answer.expression == expression && answer.scope == scope
                ? answer
                : null;
    }

    void put(Answer answer) {
        table[place(answer.expression)] = answer;
    }

    private int place(Expression expression) {
        int hash = (expression.start() * 31 + expression.end()) * 0x9E3779B9;
        return (hash ^ hash >>> 15) & (table.length - 1);
    }
}
