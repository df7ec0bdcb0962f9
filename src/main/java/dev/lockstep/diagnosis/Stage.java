package dev.lockstep.diagnosis;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.comparison.Observed;
import dev.lockstep.event.Event;
import dev.lockstep.event.Role;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What is pinned beside what was pinned before, in the order in which it is tried.
enum Stage {
    /// What the evidence calls for.
    EVIDENCE,
    /// The hash seed: a common cause that leaves no trace in a run.
    HASH_SEED,
    /// When the runs part in a computed number, what acts on arithmetic.
    ARITHMETIC,
    /// The clock, where the script reads it: as with a budget of time.
    CLOCK,
    /// Every pin of the catalogue.
    EVERYTHING;

    private static final Set<Divergence.Kind> COMPUTED =
            Set.of(
                    Divergence.Kind.LOSS,
                    Divergence.Kind.GRADIENT,
                    Divergence.Kind.SCALE,
                    Divergence.Kind.OPERATION,
                    Divergence.Kind.STATE);

    /// Gives what is pinned now, after a pair that parted with all that was pinned before.
    List<Suspect> more(Probe.Parted parted) {
        var clues = parted.reference();
        return switch (this) {
            case EVIDENCE -> List.of();
            case HASH_SEED -> List.of(Pins.HASH_SEED);
            case ARITHMETIC ->
                    COMPUTED.contains(parted.divergence().kind())
                            ? possible(Pins.ARITHMETIC, clues)
                            : List.of();
            case CLOCK -> clock(clues);
            case EVERYTHING -> Suspects.merge(clock(clues), possible(Pins.REMAINING, clues));
        };
    }

    /// Those among the suspects that the runs leave room for: without a CUDA device nothing acts
    /// that works on one, and a single process reduces nothing across ranks.
    private static List<Suspect> possible(List<Suspect> suspects, List<Observed> clues) {
        var torches = clues.stream().filter(clue -> clue.event() instanceof Event.Torch).toList();
        boolean noDevice = !torches.isEmpty() && !OutOfReach.of(clues).device();
        boolean alone =
                !torches.isEmpty()
                        && torches.stream()
                                .allMatch(clue ->
                                        clue.role() instanceof Role.Main
                                                || clue.role() instanceof Role.Worker);
        return suspects.stream()
                .filter(suspect -> !(noDevice && Pins.actsOnADevice(suspect.pin())))
                .filter(suspect -> !(alone && Pins.actsAcrossRanks(suspect.pin())))
                .toList();
    }

    /// The clock, where the user's own code reads it; empty when it does not.
    private static List<Suspect> clock(List<Observed> clues) {
        var places = new LinkedHashSet<Place>();
        for (var clue : clues) {
            if (clue.event() instanceof Event.Clock clock && clock.site() != null) {
                places.add(new Place(clock.site(), clock.function(), null, clue.process()));
            }
        }
        return places.isEmpty()
                ? List.of()
                : List.of(new Suspect("LS109", Pin.everywhere("clock"), List.copyOf(places)));
    }
}
