package dev.lockstep.hazard;

/// Whether one ability exists for one hazard.
public enum Support {
    /// It exists, on any machine.
    YES,
    /// It exists and needs a CUDA device.
    GPU,
    /// Not possible or not sensible; the hazard's page says why.
    NO
}
