package dev.lockstep.diagnosis;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.event.Site;
import java.util.List;

/// Divergences for tests.
final class Divergences {
    private Divergences() {}

    static Divergence at(long step) {
        return at(step, Divergence.Kind.LOSS);
    }

    static Divergence at(long step, Divergence.Kind kind) {
        return new Divergence(
                step,
                kind,
                null,
                "main",
                new Site("train.py", 40, "main"),
                "00000000000000aa",
                "00000000000000bb",
                List.of());
    }
}
