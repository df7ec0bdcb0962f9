package dev.lockstep.source;

import org.jspecify.annotations.Nullable;

/// One call and where it stands.
///
/// @param scope the scope that the call's names are looked up in
public record CallSite(PythonModule module, Expression.Call call, Scope scope) {
    /// What is called, or null when the source doesn't say.
    public @Nullable Symbol symbol() {
        return module.project().resolve(call.function(), scope);
    }

    /// The qualified name of what is called, or null when the source doesn't say.
    public @Nullable String callee() {
        Symbol symbol = symbol();
        return symbol == null ? null : symbol.name();
    }

    /// The function, lambda or module in which the call runs.
    public Scope runsIn() {
        return scope.running();
    }
}
