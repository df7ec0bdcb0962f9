package dev.lockstep.hazard;

/// What Lockstep can do about a hazard.
public enum Ability {
    /// Find it in the source without running anything.
    READ,
    /// Find it in a run, with the file and line that is responsible.
    SEE,
    /// Make it deterministic for one run without editing the user's code.
    PIN,
    /// Write the change into the user's source.
    FIX,
    /// Show by running that it was a cause, and that it is gone.
    PROVE;

    /// Gives the ability's word as it stands in tables and commands.
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
