package dev.lockstep.check;

import java.util.EnumSet;
import java.util.Set;

/// What a function outside the project does to generators.
///
/// @param generators those it does it to; empty where no global one is concerned
record Effect(Kind kind, Set<GlobalGenerator> generators) {
    /// The kinds that `generators.txt` explains.
    enum Kind {
        DRAW,
        LATER,
        SEED,
        STATE,
        ENTROPY,
        METHOD,
        OBJECT,
        OS,
        VARIES,
        CALLS,
        PROCESS,
        SPAWN,
        PROGRAM
    }

    Effect {
        generators =
                generators.isEmpty()
                        ? EnumSet.noneOf(GlobalGenerator.class)
                        : EnumSet.copyOf(generators);
    }
}
