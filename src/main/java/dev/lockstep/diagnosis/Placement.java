package dev.lockstep.diagnosis;

import dev.lockstep.diagnosis.Explanation.Proved;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Says at which lines a proved cause stands.
///
/// What a run showed comes first. Where no tap saw the line, the source is asked, and for pins that
/// act on operations a traced pair.
final class Placement {
    private final Map<String, List<Place>> read;
    private final boolean nothingRaces;
    private final Pairs pairs;
    private final Account account;

    /// Pins that act on operations, without which a traced pair showed one of torch's own that gave
    /// unequal outputs from equal inputs, in a script that starts nothing that could race.
    private final Set<Pin> shown = new TreeSet<>();

    /// @param read where a reading of the source sees a hazard, by the hazard's id
    /// @param nothingRaces whether the script starts nothing that could race
    Placement(Map<String, List<Place>> read, boolean nothingRaces, Pairs pairs, Account account) {
        this.read = read;
        this.nothingRaces = nothingRaces;
        this.pairs = pairs;
        this.account = account;
    }

    /// The suspect of a proved pin. When it acts on operations, a traced pair says which one and
    /// where; where no tap saw the line, what was read of the source says it.
    ///
    /// @param others the pins under which a pair parts without this one
    Suspect placed(Pin pin, Set<Pin> others) {
        var suspect = account.of(pin);
        if (!suspect.places().stream().allMatch(Place::noticed)) {
            return suspect;
        }
        var hazard = suspect.hazard();
        if (!Pins.actsOnOperations(pin)) {
            return new Suspect(hazard, pin, read.getOrDefault(hazard, suspect.places()));
        }
        var set = read.getOrDefault(hazard, List.of());
        var traced = traced(others, Pins.holdsMemory(pin));
        if (traced.isEmpty()) {
            return new Suspect(hazard, pin, set);
        }
        if (ofTorch(traced.get()) && nothingRaces) {
            shown.add(pin);
        }
        // A switch that the script sets is to be changed there, not at the operation.
        return new Suspect(
                hazard, pin, Pins.holdsSwitch(pin) && !set.isEmpty() ? set : List.of(traced.get()));
    }

    /// Whether a traced pair showed what the pin acts on.
    boolean shown(Pin pin) {
        return shown.contains(pin);
    }

    private static boolean ofTorch(Place operation) {
        return Objects.requireNonNullElse(operation.via(), "").startsWith("aten.");
    }

    /// Where the first operation stands that gives unequal outputs from equal inputs, if a traced
    /// pair still parts.
    ///
    /// @param readsMemory asks for the first that differs at all: what was never written differs
    ///   where it is first read
    private Optional<Place> traced(Set<Pin> pins, boolean readsMemory) {
        if (!pairs.timeLeft() || !(pairs.known(pins) instanceof Probe.Parted parted)) {
            return Optional.empty();
        }
        return pairs.firstOperation(pins, parted.divergence())
                .filter(divergence -> readsMemory || divergence.ofVaryingOperation())
                .map(divergence ->
                        new Place(
                                Objects.requireNonNull(divergence.site()),
                                divergence.name(),
                                null,
                                divergence.process()));
    }

    /// The causes, with the draws that seeds of the run's own are made of: a draw that was ruled
    /// out while the seed was pinned, and with whose pin in place of the seed's the pair agrees
    /// too.
    List<Proved> withOrigins(List<Proved> causes, Set<Pin> kept) {
        var origins = new LinkedHashSet<Place>();
        var drawn = new TreeSet<>(kept);
        if (!drawn.removeIf(Pin::ofSeeds)) {
            return causes;
        }
        for (var pin : account.ruledOut()) {
            if (Pins.holdsDraws(pin) && pairs.timeLeft()) {
                var instead = new TreeSet<>(drawn);
                instead.add(pin);
                if (pairs.known(instead) instanceof Probe.Agreed) {
                    account.of(pin).places().forEach(place -> origins.add(place.givingSeed()));
                    account.reconsider(List.of(pin));
                }
            }
        }
        return causes.stream()
                .map(cause ->
                        cause.suspect().pin().ofSeeds()
                                ? new Proved(cause.suspect().at(origins), cause.without())
                                : cause)
                .toList();
    }
}
