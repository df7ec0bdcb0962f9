package dev.lockstep.check;

/// How sure a finding is to matter.
public enum Severity {
    /// Two runs differ, or will as soon as something small changes.
    ERROR,
    /// Two runs may differ: it depends on a machine, an argument, or on what cannot be read.
    WARNING,
    /// Nothing is wrong; good to know. Shown on request and never a reason to fail.
    NOTE;

    /// Gives the word that outputs use.
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
