package dev.lockstep.fix;

import dev.lockstep.diagnosis.Place;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A script before it is edited, as far as the ways to seed it ask.
///
/// @param reached what it runs
/// @param seeds the statements that seed already
/// @param draws where it draws from the generators that are to be seeded
/// @param called its function that is called from outside when it starts, or null when the file
///   itself is run
record Script(
        Reached reached,
        List<SeedCall> seeds,
        Draws draws,
        Statement.@Nullable FunctionDefinition called) {
    Script {
        seeds = List.copyOf(seeds);
    }

    /// @param draws the lines that draw, as runs or findings name them
    /// @param function the name of the function that a console script calls, or null
    static Script of(Reached reached, Collection<Place> draws, @Nullable String function) {
        Statement.FunctionDefinition called = null;
        for (var statement : reached.entry().tree().body()) {
            if (statement instanceof Statement.FunctionDefinition f && f.name().equals(function)) {
                called = f;
            }
        }
        return new Script(reached, SeedCalls.in(reached), Draws.of(reached, draws), called);
    }

    PythonModule entry() {
        return reached.entry();
    }

    /// The seed that a statement is, or null.
    @Nullable SeedCall seedAt(Statement statement) {
        for (var seed : seeds) {
            if (seed.statement() == statement) {
                return seed;
            }
        }
        return null;
    }
}
