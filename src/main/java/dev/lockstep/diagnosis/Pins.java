package dev.lockstep.diagnosis;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What is known of the pins of the catalogue: which there are, what each acts on, and which is
/// left out first.
///
/// The search asks these tables; it knows no pin by name but the hash seed's.
final class Pins {
    /// Pins that are tried only when the evidence alone does not make the pair agree, by hazard.
    static final List<Suspect> REMAINING =
            List.of(
                    suspect("LS101", "python"),
                    suspect("LS102", "numpy"),
                    suspect("LS103", "numpy-generator"),
                    suspect("LS104", "torch"),
                    suspect("LS105", "cuda"),
                    suspect("LS107", "hash-seed"),
                    suspect("LS108", "entropy"),
                    suspect("LS109", "clock"),
                    suspect("LS111", "python-generator"),
                    suspect("LS114", "process-seed"),
                    suspect("LS201", "loader"),
                    suspect("LS202", "worker"),
                    suspect("LS204", "file-order"),
                    suspect("LS206", "completion-order"),
                    suspect("LS301", "cudnn"),
                    suspect("LS302", "cudnn-benchmark"),
                    suspect("LS303", "deterministic"),
                    suspect("LS304", "cublas"),
                    suspect("LS305", "precision"),
                    suspect("LS306", "memory"),
                    suspect("LS307", "threads"),
                    suspect("LS308", "compile"),
                    suspect("LS309", "collectives"));

    /// Pins that act on arithmetic: tried before all others when the runs part in a number that was
    /// computed, since no line that draws can be the evidence of it.
    static final List<Suspect> ARITHMETIC =
            remaining(
                    Set.of(
                            "cudnn",
                            "cudnn-benchmark",
                            "deterministic",
                            "cublas",
                            "precision",
                            "memory",
                            "threads",
                            "compile",
                            "collectives"));

    /// The hash seed: a common cause that leaves no trace in a run.
    static final Suspect HASH_SEED = suspect("LS107", "hash-seed");

    /// Has nothing go on beside anything else on a CUDA device: an experiment, since a race that
    /// waiting hides is not repaired by it.
    static final Pin STREAMS = Pin.everywhere("streams");

    /// Pins in the order in which they are left out: what changes most of a run first, a named line
    /// of the user's last. When either of two pins makes the pair agree, the later one is kept.
    private static final List<String> LEAVE_OUT_ORDER =
            List.of(
                    "memory",
                    "precision",
                    "compile",
                    "cublas",
                    "collectives",
                    "threads",
                    "deterministic",
                    "deterministic-where-possible",
                    "cudnn-benchmark",
                    "cudnn",
                    "completion-order",
                    "file-order",
                    "hash-seed",
                    "clock",
                    "entropy",
                    "loader",
                    "worker",
                    "process-seed",
                    "cuda",
                    "torch",
                    "numpy",
                    "python",
                    "numpy-generator",
                    "python-generator",
                    "run-dependent-seed");

    /// Pins whose effect a trace can place: they act on operations, not on a line that draws.
    private static final Set<String> ON_OPERATIONS =
            Set.of(
                    "cudnn",
                    "cudnn-benchmark",
                    "deterministic",
                    "deterministic-where-possible",
                    "threads",
                    "memory");

    private static final Set<String> ON_A_DEVICE =
            Set.of("cuda", "cudnn", "cudnn-benchmark", "cublas", "precision");

    private static final Set<String> ACROSS_RANKS = Set.of("collectives");

    /// Pins of what draws: a seed may be made of such a number.
    private static final Set<String> DRAWN =
            Set.of("entropy", "python", "numpy", "torch", "numpy-generator", "python-generator");

    /// Pins of switches that a script sets: the line that does so is to be changed, not the
    /// operation.
    private static final Set<String> SWITCHED = Set.of("cudnn-benchmark");

    /// What is tried in place of a pin under which the script fails.
    private static final Map<String, Suspect> WEAKER =
            Map.of("deterministic", suspect("LS303", "deterministic-where-possible"));

    private Pins() {}

    /// In the order in which they are left out.
    static List<Pin> inOrder(Collection<Pin> pins) {
        return pins.stream()
                .sorted(
                        Comparator.comparingInt((Pin pin) -> LEAVE_OUT_ORDER.indexOf(pin.name()))
                                .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    static boolean actsOnOperations(Pin pin) {
        return ON_OPERATIONS.contains(pin.name());
    }

    static boolean actsOnADevice(Pin pin) {
        return ON_A_DEVICE.contains(pin.name());
    }

    static boolean actsAcrossRanks(Pin pin) {
        return ACROSS_RANKS.contains(pin.name());
    }

    /// Whether it holds what draws.
    static boolean holdsDraws(Pin pin) {
        return DRAWN.contains(pin.name());
    }

    /// Whether it writes memory that the script takes as it finds it.
    static boolean holdsMemory(Pin pin) {
        return pin.name().equals("memory");
    }

    /// Whether it holds a switch that a line of the script sets.
    static boolean holdsSwitch(Pin pin) {
        return SWITCHED.contains(pin.name());
    }

    /// What does less than a pin under which the script fails.
    static Optional<Suspect> weaker(Pin pin) {
        return Optional.ofNullable(WEAKER.get(pin.name()));
    }

    private static List<Suspect> remaining(Set<String> names) {
        return REMAINING.stream().filter(one -> names.contains(one.pin().name())).toList();
    }

    private static Suspect suspect(String hazard, String pin) {
        return new Suspect(hazard, Pin.everywhere(pin), List.of());
    }
}
