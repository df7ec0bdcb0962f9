package dev.lockstep.fix;

import dev.lockstep.diagnosis.Place;
import dev.lockstep.source.Expression;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One statement that seeds shared generators: by itself, or by calling a function that does
/// nothing else.
///
/// @param seeds the generators that it seeds
/// @param value the seed, or null when it is not written here
/// @param helper the project's function that it calls, or null when it calls a library's
record SeedCall(
        Block block,
        Statement.ExpressionStatement statement,
        Set<Generator> seeds,
        @Nullable Expression value,
        Symbol.@Nullable Function helper) {
    SeedCall {
        seeds = Set.copyOf(seeds);
    }

    /// The seed as it is written; empty when it is not written here.
    String text() {
        return value == null ? "" : module().source().slice(value);
    }

    /// Whether the same text says the same number somewhere else: it calls nothing.
    boolean plain() {
        boolean[] calls = {false};
        if (value != null) {
            value.walk(node -> calls[0] |= node instanceof Expression.Call);
        }
        return value != null && !calls[0];
    }

    /// The names that its seed is made of.
    Set<String> names() {
        var names = new HashSet<String>();
        if (value != null) {
            value.walk(node -> {
                if (node instanceof Expression.Name name) {
                    names.add(name.id());
                }
            });
        }
        return names;
    }

    PythonModule module() {
        return block.module();
    }

    /// Where lines right behind it stand.
    Position behind() {
        return Position.behind(block, statement);
    }

    /// Whether it stands on a line.
    boolean isAt(Place place) {
        return module().path().equals(place.file())
                && new Layout(module().source()).covers(statement, place.line());
    }

    /// Whether it seeds one of these generators.
    boolean seedsAny(Set<Generator> wanted) {
        return seeds.stream().anyMatch(wanted::contains);
    }
}
