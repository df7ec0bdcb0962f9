package dev.lockstep.source;

import org.jspecify.annotations.Nullable;

/// One place that binds a name, as far as the source says what to.
///
/// @param value what is bound when that is one expression, else null
/// @param annotation its declared type, or null
public record Assigned(@Nullable Expression value, @Nullable Expression annotation) {
    static Assigned of(Definition definition) {
        return switch (definition) {
            case Definition.Value v -> new Assigned(v.value(), v.annotation());
            case Definition.Annotated a -> new Assigned(null, a.annotation());
            case Definition.Param p -> new Assigned(null, p.parameter().annotation());
            case Definition.Imported _,
                    Definition.ImportedFrom _,
                    Definition.FunctionLike _,
                    Definition.ClassLike _,
                    Definition.Updated _,
                    Definition.Opaque _ ->
                    new Assigned(null, null);
        };
    }
}
