package dev.lockstep.diagnosis;

import java.util.Arrays;
import java.util.Optional;

/// One thing in which the candidate can differ from the reference on purpose (`--vary`).
public enum Factor {
    HASH_SEED("hash-seed", "LS107", "hash-seed"),
    FILE_ORDER("file-order", "LS204", "file-order"),
    THREADS("threads", "LS307", "threads"),
    WORKERS("workers", "LS205", ""),
    LOAD("load", "LS206", "completion-order"),
    WORKING_DIRECTORY("cwd", "LS405", ""),
    TIME_ZONE("timezone", "LS405", "");

    private final String option;
    private final String hazard;
    private final String pin;

    Factor(String option, String hazard, String pin) {
        this.option = option;
        this.hazard = hazard;
        this.pin = pin;
    }

    /// The word of `--vary`.
    public String option() {
        return option;
    }

    /// The hazard of a result that depends on this factor.
    public String hazard() {
        return hazard;
    }

    /// The pin that takes the factor's influence away, or empty when there is none.
    public Optional<Pin> pin() {
        return pin.isEmpty() ? Optional.empty() : Optional.of(Pin.everywhere(pin));
    }

    /// The factor of a word of `--vary`.
    public static Optional<Factor> of(String option) {
        return Arrays.stream(values()).filter(factor -> factor.option.equals(option)).findFirst();
    }
}
