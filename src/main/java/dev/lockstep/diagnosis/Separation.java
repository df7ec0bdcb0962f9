package dev.lockstep.diagnosis;

/// How well a pin tells runs that agree from runs that part, when chance alone might do the same.
///
/// A script with a race parts now and then whatever is pinned. If so, the partings fall among the
/// tries with and without the pin as luck has it.
///
/// @param pinned how many tries with the pin agreed; none parted
/// @param parted how many tries without the pin parted
/// @param agreed how many tries without the pin agreed
record Separation(int pinned, int parted, int agreed) {
    /// Below this chance a pin is believed.
    private static final double CHANCE = 0.01;

    Separation withPinned() {
        return new Separation(pinned + 1, parted, agreed);
    }

    Separation without(boolean parts) {
        return new Separation(pinned, parted + (parts ? 1 : 0), agreed + (parts ? 0 : 1));
    }

    int tries() {
        return pinned + parted + agreed;
    }

    boolean clear() {
        return chance() <= CHANCE;
    }

    /// Whether one more try with the pin says more than one more without.
    boolean needsPinned() {
        return pinned < parted + agreed;
    }

    /// The probability that all partings fall on tries without the pin though the pin has no effect
    /// (Fisher's exact test).
    double chance() {
        double chance = 1;
        for (int i = 0; i < parted; i++) {
            chance *= (double) (parted + agreed - i) / (tries() - i);
        }
        return chance;
    }
}
