package dev.lockstep.diagnosis;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// A set of pins under which a pair agreed.
record Agreeing(SortedSet<Pin> pins, Probe.Agreed probe) {
    Agreeing {
        pins = Collections.unmodifiableSortedSet(new TreeSet<>(pins));
    }

    /// The pins but one.
    SortedSet<Pin> without(Pin pin) {
        var fewer = new TreeSet<>(pins);
        fewer.remove(pin);
        return fewer;
    }
}
