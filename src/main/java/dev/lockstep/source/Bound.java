package dev.lockstep.source;

import org.jspecify.annotations.Nullable;

/// What is known about parameters by who follows a program from call to call.
@FunctionalInterface
public interface Bound {
    /// Nothing is known.
    Bound NOTHING = parameter -> null;

    /// What the function's caller passed for a parameter, or null.
    @Nullable Symbol symbol(Parameter parameter);
}
