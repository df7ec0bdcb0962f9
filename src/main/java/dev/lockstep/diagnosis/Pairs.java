package dev.lockstep.diagnosis;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.diagnosis.Conditions.TraceWindow;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Runs pairs under sets of pins, counts them, and remembers under which sets one parted.
///
/// The first pair, with nothing pinned, is counted from the start.
final class Pairs {
    private final Laboratory laboratory;
    private final Map<Set<Pin>, Probe.Parted> partings = new HashMap<>();
    private int run = 1;
    private int parted = 1;

    Pairs(Laboratory laboratory) {
        this.laboratory = laboratory;
    }

    /// Runs a pair.
    Probe probe(Collection<Pin> pins) {
        var probe = laboratory.pair(Conditions.pinned(pins));
        run++;
        if (probe instanceof Probe.Parted apart) {
            parted++;
            remember(pins, apart);
        }
        return probe;
    }

    /// A pair under these pins, not run again when one has parted already: nothing takes that back.
    Probe known(Collection<Pin> pins) {
        var apart = partings.get(Set.copyOf(pins));
        return apart != null ? apart : probe(pins);
    }

    /// The same, but more than a single agreement is asked for.
    Probe knownWithCare(Collection<Pin> pins) {
        var probe = known(pins);
        for (int i = 0; i < 2 && probe instanceof Probe.Agreed && timeLeft(); i++) {
            probe = probe(pins);
        }
        return probe;
    }

    /// Runs one more candidate beside a pair that agreed; this is no pair of its own.
    Probe again(Agreeing agreeing) {
        return laboratory.again(Conditions.pinned(agreeing.pins()), agreeing.probe());
    }

    /// Has no pair run under these pins again: one run parted.
    void remember(Collection<Pin> pins, Probe.Parted apart) {
        partings.put(Set.copyOf(pins), apart);
    }

    /// The first operation that differs in a pair that is traced where another one parted, whether
    /// or not its inputs did. A traced pair is slower and not counted.
    Optional<Divergence> firstOperation(Collection<Pin> pins, Divergence divergence) {
        long step = Math.max(0, divergence.step());
        var conditions = Conditions.pinned(pins).tracing(new TraceWindow(step, step));
        return laboratory.pair(conditions) instanceof Probe.Parted traced
                        && traced.divergence().kind() == Divergence.Kind.OPERATION
                        && traced.divergence().site() != null
                ? Optional.of(traced.divergence())
                : Optional.empty();
    }

    boolean timeLeft() {
        return laboratory.timeLeft();
    }

    boolean interrupted() {
        return laboratory.interrupted();
    }

    /// How many pairs were run and how many of them parted, as a sentence.
    String counted() {
        return "Of "
                + run
                + " pairs, with and without pins, "
                + (parted == run ? "all" : parted)
                + " parted.";
    }
}
