package dev.lockstep.hazard;

import java.util.List;
import java.util.regex.Pattern;

/// One way in which two runs can come to differ.
///
/// @param id `LS` and three digits; the first digit is the group
/// @param name lower-case words named for the pattern, so that "ignore unseeded-numpy" reads well
/// @param guideline the number or range of the guideline it belongs to, or an empty text
/// @param abilities what Lockstep can do about it
/// @param summary what it is, in one line without a full stop
/// @param pins names of the pins that make it deterministic, the usual one first; empty exactly
///   when it cannot be pinned
public record Hazard(
        String id,
        String name,
        String guideline,
        Abilities abilities,
        String summary,
        List<String> pins) {
    private static final Pattern ID = Pattern.compile("LS[1-9][0-9]{2}");
    private static final Pattern NAME = Pattern.compile("[a-z]+(-[a-z]+)*");

    public Hazard {
        if (!ID.matcher(id).matches() || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not an id and a name: " + id + " " + name);
        }
        if (summary.isBlank() || summary.endsWith(".")) {
            throw new IllegalArgumentException("summary of " + id + ": " + summary);
        }
        pins = List.copyOf(pins);
        if (pins.isEmpty() != (abilities.pin() == Support.NO)) {
            throw new IllegalArgumentException("pins of " + id + " and its ability to be pinned");
        }
    }

    /// Tells whether the ability exists, on any machine or on one with a CUDA device.
    public boolean can(Ability ability) {
        return abilities.of(ability) != Support.NO;
    }

    /// Tells whether two runs on a machine without a CUDA device can show it.
    public boolean visibleOnCpu() {
        return abilities.see() == Support.YES;
    }

    /// Gives the name of its page, `LS102-unseeded-numpy.md`.
    public String pageName() {
        return id + "-" + name + ".md";
    }

    /// Gives the name of its example script, `LS102_unseeded_numpy.py`.
    public String exampleName() {
        return id + "_" + name.replace('-', '_') + ".py";
    }
}
