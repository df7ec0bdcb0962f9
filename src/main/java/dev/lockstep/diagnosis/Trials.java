package dev.lockstep.diagnosis;

import dev.lockstep.diagnosis.Explanation.Agreement;
import org.jspecify.annotations.Nullable;

/// Further runs that tell what holds from what luck may have done.
final class Trials {
    /// How many further runs at most tell a pin that no evidence calls for from chance.
    private static final int MOST = 32;

    private final Pairs pairs;
    private final int proofRuns;
    private String disproof = "";
    private boolean cut;

    /// @param proofRuns how many runs must agree with exactly the causes pinned, at least 2
    Trials(Pairs pairs, int proofRuns) {
        this.pairs = pairs;
        this.proofRuns = proofRuns;
    }

    /// Runs until the wanted number of runs agree under exactly these pins, the pair that is known
    /// already counted.
    @Nullable Agreement agreement(Agreeing kept) {
        for (int runs = 2; runs < proofRuns; runs++) {
            switch (pairs.again(kept)) {
                case Probe.Agreed _ -> {}
                case Probe.Parted parted -> {
                    disproof = Account.where(parted.divergence());
                    // What was left out last matters after all: the next round need not run this.
                    pairs.remember(kept.pins(), parted);
                    return null;
                }
                case Probe.Failed failed -> {
                    cut = !pairs.timeLeft();
                    disproof = failed.reason();
                    return null;
                }
            }
        }
        return new Agreement(proofRuns, kept.probe().steps(), kept.probe().tensors(), kept.pins());
    }

    /// What became of a cause whose pin no evidence calls for.
    sealed interface Standing {
        /// Runs agree with the pin and part without it more often than chance would have it.
        record Clear() implements Standing {}

        /// They may do so by chance.
        record Unclear(String why) implements Standing {}

        /// A run parts in spite of the pins.
        record Refuted() implements Standing {}
    }

    /// Runs with all pins and without this one until the pin's effect can be told from a race that
    /// parts now and then whatever is pinned. The runs that led here do not count: they were chosen
    /// for what they did.
    Standing standing(Pin pin, Agreeing kept) {
        var fewer = kept.without(pin);
        var seen = new Separation(proofRuns - 2, 0, 0);
        while (!seen.clear() && seen.tries() < MOST && pairs.timeLeft()) {
            if (seen.needsPinned()) {
                switch (pairs.again(kept)) {
                    case Probe.Agreed _ -> seen = seen.withPinned();
                    case Probe.Parted parted -> {
                        disproof = Account.where(parted.divergence());
                        return new Standing.Refuted();
                    }
                    case Probe.Failed failed -> {
                        if (pairs.timeLeft()) {
                            disproof = failed.reason();
                            return new Standing.Refuted();
                        }
                    }
                }
            } else {
                seen = seen.without(pairs.probe(fewer) instanceof Probe.Parted);
            }
        }
        return seen.clear() ? new Standing.Clear() : new Standing.Unclear(unclear(seen));
    }

    private static String unclear(Separation seen) {
        return "without its pin "
                + seen.parted()
                + " of "
                + (seen.parted() + seen.agreed())
                + " further tries parted, with it none of "
                + seen.pinned()
                + ": too few to tell it from chance";
    }

    /// What the last run did that should have agreed and did not; empty when each one agreed.
    String disproof() {
        return disproof;
    }

    /// Whether the proof was given up because no time was left, or the user wants no more.
    boolean cut() {
        return cut;
    }
}
