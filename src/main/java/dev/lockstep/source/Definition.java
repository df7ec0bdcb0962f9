package dev.lockstep.source;

import org.jspecify.annotations.Nullable;

/// One place that gives a name its meaning.
sealed interface Definition {
    /// The offset from which on it holds.
    int from();

    /// `import module` or `import module as name`; without `as` the first part alone is bound.
    record Imported(int from, String module, boolean whole) implements Definition {}

    /// `from module import name`.
    record ImportedFrom(int from, @Nullable String module, int level, String name)
            implements Definition {}

    /// The name is bound to the value of an expression.
    ///
    /// @param annotation its declared type, or null
    record Value(int from, Expression value, @Nullable Expression annotation, Scope scope)
            implements Definition {}

    /// The name is known by its annotation alone.
    record Annotated(int from, Expression annotation, Scope scope) implements Definition {}

    record FunctionLike(int from, Statement.FunctionDefinition definition, Scope inner)
            implements Definition {}

    record ClassLike(int from, Statement.ClassDefinition definition, Scope inner)
            implements Definition {}

    /// A parameter; `index` counts from 0.
    record Param(int from, Parameter parameter, int index, Scope function) implements Definition {}

    /// `name += …`: it is what it was, and something more.
    record Updated(int from) implements Definition {}

    /// A loop target, an exception, part of something unpacked: nothing is known.
    record Opaque(int from) implements Definition {}
}
