package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Scope;
import dev.lockstep.source.Symbol;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A function of an installed package while it is followed.
///
/// @param self the class of the object it is called on, or null
record SeedFrame(
        PythonModule module,
        Scope scope,
        Symbol.@Nullable Class self,
        @Nullable String selfName,
        State state,
        List<Abstract> returned) {
    /// What is known at one point: of local names, and of the attributes of `self`.
    static final class State {
        Map<String, Abstract> locals;
        Map<String, Abstract> attributes;
        boolean alive = true;

        State(Map<String, Abstract> locals, Map<String, Abstract> attributes) {
            this.locals = locals;
            this.attributes = attributes;
        }

        State copy() {
            var copy = new State(new HashMap<>(locals), new HashMap<>(attributes));
            copy.alive = alive;
            return copy;
        }

        void become(State other) {
            locals = other.locals;
            attributes.clear();
            attributes.putAll(other.attributes);
            alive = other.alive;
        }

        void join(State other) {
            if (!alive) {
                become(other);
            } else if (other.alive) {
                join(locals, other.locals);
                join(attributes, other.attributes);
            }
        }

        static void join(Map<String, Abstract> into, Map<String, Abstract> other) {
            other.forEach((name, value) -> into.merge(name, value, Abstract::either));
        }
    }

    boolean isSelf(Expression expression) {
        return self != null && expression instanceof Name name && name.id().equals(selfName);
    }
}
