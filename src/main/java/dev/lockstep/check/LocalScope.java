package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The names that one module, class, function, lambda or comprehension binds.
final class LocalScope {
    /// One place that binds a name.
    ///
    /// @param value what is bound when that is one expression, else null
    /// @param annotation its declared type, or null
    record Binding(@Nullable Expression value, @Nullable Expression annotation) {}

    final @Nullable LocalScope outer;

    /// The node that opens the scope; null for the module.
    final @Nullable Node node;

    private final Map<String, List<Binding>> bindings = new HashMap<>();

    LocalScope(@Nullable LocalScope outer, @Nullable Node node) {
        this.outer = outer;
        this.node = node;
    }

    void bind(String name, @Nullable Expression value, @Nullable Expression annotation) {
        bindings.computeIfAbsent(name, key -> new ArrayList<>(2))
                .add(new Binding(value, annotation));
    }

    boolean binds(String name) {
        return bindings.containsKey(name);
    }

    List<Binding> bindings(String name) {
        return bindings.getOrDefault(name, List.of());
    }

    boolean isClass() {
        return node instanceof dev.lockstep.source.Statement.ClassDefinition;
    }

    /// Gives the scope that a use of the name here speaks of, or null when nothing in the file
    /// binds it.
    @Nullable LocalScope declaring(String name) {
        boolean first = true;
        for (LocalScope at = this; at != null; at = at.outer) {
            if ((first || !at.isClass()) && at.binds(name)) {
                return at;
            }
            first = false;
        }
        return null;
    }
}
