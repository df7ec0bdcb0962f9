package dev.lockstep.fix;

import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Statements that run one after the other, and what stands around them.
///
/// @param function the innermost function, or null at the top of the file
/// @param choice the innermost `if` that decides whether they run, or null; the main guard is none
/// @param guarded whether they stand in the main guard
record Block(
        PythonModule module,
        List<Statement> statements,
        Statement.@Nullable FunctionDefinition function,
        Statement.@Nullable If choice,
        boolean guarded) {
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Block that && that.statements == statements;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(statements);
    }

    /// Whether it is the file's own list of statements.
    boolean top() {
        return statements == module.tree().body();
    }
}
