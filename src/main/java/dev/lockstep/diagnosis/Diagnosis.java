package dev.lockstep.diagnosis;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.comparison.Observed;
import dev.lockstep.diagnosis.Explanation.Agreement;
import dev.lockstep.diagnosis.Explanation.Proved;
import dev.lockstep.diagnosis.Explanation.Untried;
import dev.lockstep.diagnosis.Intervention.Pinning;
import dev.lockstep.diagnosis.Intervention.TakingBack;
import dev.lockstep.diagnosis.Trials.Standing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Takes a pair that parted and a laboratory, gives the minimal set of causes, each proved by
/// intervention.
///
/// The method is described in `docs/concepts/diagnosis.md`. The engine knows nothing of any hazard
/// but its pin: what a pair does with and without the pin decides.
public final class Diagnosis {
    /// Rounds of leave-one-out before a set that agrees only sometimes is given up.
    private static final int ROUNDS = 2;

    /// How many sets of pins may agree by luck before the parting is called rare.
    private static final int FAILURES = 2;

    /// Kinds in which no race of torch's own threads shows as a rule: what the script computes
    /// from, and begins with.
    private static final Set<Divergence.Kind> GIVEN =
            Set.of(Divergence.Kind.BATCH, Divergence.Kind.PARAMETER, Divergence.Kind.GENERATOR);

    private final Probe.Parted first;
    private final Intervention intervention;
    private final Map<String, List<Place>> read;
    private final OutOfReach outOfReach;
    private final Pairs pairs;
    private final Trials trials;
    private final Account account;
    private final Placement placement;
    private final Unexplained unexplained;

    /// The last pair that parted with all that was pinned and showed nothing new.
    private Probe.@Nullable Parted pinned;

    private Diagnosis(
            Probe.Parted first,
            Intervention intervention,
            Map<String, List<Place>> read,
            Laboratory laboratory,
            int proofRuns) {
        this.first = first;
        this.intervention = intervention;
        this.read = read;
        outOfReach = OutOfReach.of(first.reference());
        pairs = new Pairs(laboratory);
        trials = new Trials(pairs, Math.max(2, proofRuns));
        account = new Account(first.divergence());
        placement = new Placement(read, outOfReach.nothingRaces(), pairs, account);
        unexplained = new Unexplained(first.divergence(), read, outOfReach, pairs, account);
    }

    /// Explains a pair that parted.
    ///
    /// @param first the pair, with nothing pinned
    /// @param read where a reading of the source sees a hazard, by the hazard's id: it places a
    ///   cause whose line no event tells, and makes none
    /// @param proofRuns how many runs must agree with exactly the causes pinned
    public static Explanation explain(
            Probe.Parted first,
            Map<String, List<Place>> read,
            Laboratory laboratory,
            int proofRuns) {
        return new Diagnosis(first, new Pinning(), Map.copyOf(read), laboratory, proofRuns)
                .search();
    }

    /// Explains why a run parted from its record, by what differs between them.
    ///
    /// The laboratory's reference is the record; its candidate is a run for which the given changes
    /// are taken back.
    ///
    /// @param suspects each with what takes the change back, the likeliest cause first
    public static Explanation ofChanges(
            Probe.Parted first, List<Suspect> suspects, Laboratory laboratory, int proofRuns) {
        var changes = new TakingBack(suspects.stream().map(Suspect::pin).toList());
        var diagnosis = new Diagnosis(first, changes, Map.of(), laboratory, proofRuns);
        diagnosis.account.suspect(suspects);
        return diagnosis.search();
    }

    /// Whether some seed had another value in the other run, such as one from the clock.
    public static boolean seedsDiffer(List<Observed> reference, List<Observed> candidate) {
        return Suspects.from(reference, candidate).stream()
                .anyMatch(suspect -> suspect.pin().ofSeeds());
    }

    /// The seeds that had another value in the other run, each with its place; not proved, since no
    /// pair of runs parts.
    public static Explanation suspectedSeeds(List<Observed> reference, List<Observed> candidate) {
        return new Explanation(
                List.of(),
                List.of(),
                Suspects.from(reference, candidate).stream()
                        .filter(suspect -> suspect.pin().ofSeeds())
                        .flatMap(suspect -> suspect.places().stream())
                        .map(place ->
                                new Untried(
                                        "LS109",
                                        place.text()
                                                + ": another seed at another time, and nothing that was compared shows what follows from it"))
                        .toList(),
                null,
                List.of(),
                List.of());
    }

    private Explanation search() {
        if (intervention.followsEvidence()) {
            account.learnFrom(first);
        }
        int failed = 0;
        for (var stage : intervention.stages()) {
            var before = account.pins();
            if (stage != Stage.EVIDENCE) {
                var more = stage.more(Objects.requireNonNullElse(pinned, first));
                account.learn(more);
                if (more.isEmpty() || !pairs.timeLeft()) {
                    continue;
                }
            }
            var found = grow();
            if (found == null) {
                continue;
            }
            if (!intervention.followsEvidence()) {
                found = narrowed(found, Set.of());
            } else if (stage != Stage.EVIDENCE) {
                found = narrowed(found, before);
            }
            var explanation = settled(found);
            if (explanation != null) {
                return explanation;
            }
            failed++;
            if (failed == FAILURES || !pairs.timeLeft()) {
                break;
            }
            account.reconsider(found.pins());
        }
        if (failed > 0 && !pairs.interrupted()) {
            if (!trials.disproof().isEmpty()) {
                account.note(
                        "With the pins that seemed to be enough, a fresh run did not agree ("
                                + trials.disproof()
                                + "): with them the runs agree only sometimes.");
            }
            unexplained.countAgain(intervention.nothingDone());
        }
        return told(List.of(), null);
    }

    /// Runs pairs under the pins of all suspects and whatever further evidence they show, until one
    /// agrees or nothing new shows.
    private @Nullable Agreeing grow() {
        var pins = new TreeSet<>(account.pins());
        while (!pins.isEmpty()) {
            switch (pairs.probe(pins)) {
                case Probe.Agreed agreed -> {
                    return new Agreeing(pins, agreed);
                }
                case Probe.Parted parted -> {
                    if (intervention.followsEvidence()) {
                        account.learnFrom(parted);
                    }
                    if (!pins.addAll(account.pins())) {
                        pinned = parted;
                        return null;
                    }
                }
                case Probe.Failed failed -> {
                    var blamed = blame(pins, failed);
                    if (blamed.isPresent()) {
                        pins.remove(blamed.get());
                        Pins.weaker(blamed.get())
                                .ifPresent(weaker -> {
                                    account.learn(List.of(weaker));
                                    pins.add(weaker.pin());
                                });
                    } else if (pairs.timeLeft()) {
                        return null;
                    }
                }
            }
            if (!pairs.timeLeft()) {
                if (!pairs.interrupted()) {
                    account.note(
                            "The time for the diagnosis ran out before a set of pins was found that makes the runs agree.");
                }
                return null;
            }
        }
        return null;
    }

    /// Finds the pin under which the script fails, so that the search can go on without it. First
    /// of all one that is known to make scripts fail.
    private Optional<Pin> blame(Set<Pin> pins, Probe.Failed failed) {
        var order = new ArrayList<>(intervention.inOrder(pins));
        order.sort(Comparator.comparing((Pin pin) -> Pins.weaker(pin).isEmpty()));
        for (var pin : order) {
            if (!pairs.timeLeft()) {
                return Optional.empty();
            }
            var fewer = new TreeSet<>(pins);
            fewer.remove(pin);
            if (!(pairs.probe(fewer) instanceof Probe.Failed)) {
                account.leaveOutFailing(pin, intervention.failsWith(pin) + ": " + failed.reason());
                return Optional.of(pin);
            }
        }
        account.note("The script fails in probing runs: " + failed.reason());
        return Optional.empty();
    }

    /// Takes away, in halves that shrink, the pins beyond the evidence that are not needed.
    private Agreeing narrowed(Agreeing found, Set<Pin> evidence) {
        var kept = found;
        var extra =
                new ArrayList<>(
                        intervention.inOrder(found.pins()).stream()
                                .filter(pin -> !evidence.contains(pin))
                                .filter(pin -> found.probe().acted().contains(pin.name()))
                                .toList());
        for (int size = Math.max(1, extra.size() / 2); ; size = size / 2) {
            for (int start = 0; start < extra.size() && pairs.timeLeft(); ) {
                var chunk = extra.subList(start, Math.min(extra.size(), start + size));
                var fewer = new TreeSet<>(kept.pins());
                chunk.forEach(fewer::remove);
                if (!fewer.isEmpty() && pairs.known(fewer) instanceof Probe.Agreed agreed) {
                    chunk.forEach(pin -> account.ruleOut(pin, intervention.agreesWithout()));
                    kept = new Agreeing(fewer, agreed);
                    chunk.clear();
                } else {
                    start += size;
                }
            }
            if (size == 1) {
                return kept;
            }
        }
    }

    /// Finds the causes among pins under which a pair agreed; null when that agreement was luck.
    private @Nullable Explanation settled(Agreeing agreeing) {
        for (int round = 1; round <= ROUNDS; round++) {
            boolean careful = round > 1;
            var outcome = leaveOneOut(agreeing, careful);
            var left = outcome;
            outcome =
                    byHashes(left)
                            .or(() -> byDraws(left))
                            .map(instead -> leaveOneOut(instead, careful))
                            .orElse(left);
            if (!outcome.complete()) {
                return told(outcome.causes(), null);
            }
            if (outcome.causes().isEmpty()) {
                return null;
            }
            var proof = trials.agreement(outcome.kept());
            if (proof != null) {
                var clear = clear(outcome);
                if (clear != null) {
                    return told(
                            placement.withOrigins(clear, outcome.kept().pins()),
                            clear.size() == outcome.causes().size() ? proof : null);
                }
            }
            if (!pairs.timeLeft()) {
                return trials.cut() ? told(evident(outcome.causes()), null) : null;
            }
            account.reconsider(agreeing.pins());
        }
        return null;
    }

    /// What leaving out one pin at a time left: the causes, and whether every pin was tried.
    private record LeftOut(List<Proved> causes, Agreeing kept, boolean complete) {}

    /// Leaves out each pin in turn; who is careful does not believe a single agreement.
    private LeftOut leaveOneOut(Agreeing start, boolean careful) {
        var kept = withoutIdle(start);
        var causes = new ArrayList<Proved>();
        boolean complete = true;
        for (var pin : intervention.inOrder(kept.pins())) {
            if (!pairs.timeLeft()) {
                account.leaveOpen(pin, noTimeWithout(pin));
                complete = false;
                continue;
            }
            var fewer = kept.without(pin);
            // Without the last pin nothing would be left to explain the parting.
            boolean last = fewer.isEmpty();
            switch (careful || last ? pairs.knownWithCare(fewer) : pairs.known(fewer)) {
                case Probe.Agreed agreed -> {
                    kept = new Agreeing(fewer, agreed);
                    account.ruleOut(pin, intervention.agreesWithout());
                }
                case Probe.Parted parted -> {
                    if (last) {
                        account.partedUnpinned(parted.divergence());
                    }
                    causes.add(new Proved(placement.placed(pin, fewer), parted.divergence()));
                }
                case Probe.Failed failed -> {
                    account.leaveOpen(
                            pin,
                            pairs.timeLeft()
                                    ? intervention.failedWithout(pin) + ": " + failed.reason()
                                    : noTimeWithout(pin));
                    complete = false;
                }
            }
        }
        return new LeftOut(causes, kept, complete);
    }

    /// Rules out pins that never acted: the pair without them is the same pair.
    private Agreeing withoutIdle(Agreeing start) {
        var kept = new TreeSet<>(start.pins());
        for (var pin : start.pins()) {
            if (!start.probe().acted().contains(pin.name()) && kept.size() > 1) {
                kept.remove(pin);
                account.ruleOut(pin, "its pin had nothing to do in the run");
            }
        }
        return new Agreeing(kept, start.probe());
    }

    private String noTimeWithout(Pin pin) {
        return pairs.interrupted()
                ? "the search was interrupted before it was tried"
                : intervention.noTimeWithout(pin);
    }

    /// The same with the hash seed pinned in place of seeds of the run's own, where they are made
    /// of hashes, as the source shows some.
    private Optional<Agreeing> byHashes(LeftOut outcome) {
        if (!read.containsKey(Pins.HASH_SEED.hazard())) {
            return Optional.empty();
        }
        var agreeing = instead(outcome, Pin::ofSeeds, Set.of(Pins.HASH_SEED.pin()));
        agreeing.ifPresent(_ -> account.learn(List.of(Pins.HASH_SEED)));
        return agreeing;
    }

    /// The same with what was drawn pinned in place of the seeds that packages make of it: not that
    /// an estimator seeds its own generator is the cause, but that what it draws the seed from has
    /// none.
    private Optional<Agreeing> byDraws(LeftOut outcome) {
        var draws = account.ruledOut().stream().filter(Pins::holdsDraws).toList();
        var agreeing = instead(outcome, account::ofPackage, draws);
        agreeing.ifPresent(_ -> account.reconsider(draws));
        return agreeing;
    }

    /// A pair that agrees with other pins in the place of some that seemed to be causes.
    private Optional<Agreeing> instead(
            LeftOut outcome, Predicate<Pin> some, Collection<Pin> others) {
        var pins = new TreeSet<>(outcome.kept().pins());
        return outcome.complete()
                        && !pins.containsAll(others)
                        && pins.removeIf(some)
                        && pins.addAll(others)
                        && pairs.timeLeft()
                        && pairs.known(pins) instanceof Probe.Agreed agreed
                ? Optional.of(new Agreeing(pins, agreed))
                : Optional.empty();
    }

    /// The causes that chance does not explain; null when a run parted in spite of their pins.
    private @Nullable List<Proved> clear(LeftOut outcome) {
        var clear = new ArrayList<Proved>();
        for (var cause : outcome.causes()) {
            var pin = cause.suspect().pin();
            switch (called(pin) ? new Standing.Clear() : trials.standing(pin, outcome.kept())) {
                case Standing.Clear _ -> clear.add(cause);
                case Standing.Unclear unclear -> account.leaveOpen(pin, unclear.why());
                case Standing.Refuted _ -> {
                    return null;
                }
            }
        }
        return clear;
    }

    /// Whether something that was seen calls for a pin, so that chance need not be ruled out: in a
    /// run; or in the source, where the script starts nothing that could race and the runs part in
    /// nothing that torch's own threads computed.
    private boolean called(Pin pin) {
        return !intervention.followsEvidence()
                || account.evidenced(pin)
                || placement.shown(pin)
                || pin.name().equals(Pins.HASH_SEED.pin().name())
                        && outOfReach.nothingRaces()
                        && GIVEN.contains(first.divergence().kind())
                        && read.containsKey(account.hazard(pin));
    }

    /// The causes that need no further run when no time is left for one.
    private List<Proved> evident(List<Proved> causes) {
        if (!pairs.interrupted()) {
            account.note("No time was left for the proof with exactly these pins.");
        }
        var evident = new ArrayList<Proved>();
        for (var cause : causes) {
            if (called(cause.suspect().pin())) {
                evident.add(cause);
            } else {
                account.leaveOpen(
                        cause.suspect().hazard(),
                        "with its pin the runs agree and without it they part, but no time was left to tell that from chance");
            }
        }
        return evident;
    }

    private Explanation told(List<Proved> causes, @Nullable Agreement proof) {
        if (pairs.interrupted()) {
            account.noteInterruption(causes, proof);
        } else if (causes.isEmpty() && intervention.followsEvidence()) {
            unexplained.tell(pinned);
        }
        return account.with(together(causes), proof);
    }

    /// A function that hands a seed of the run's own to several generators is one cause, not one
    /// for each of them.
    static Collection<Proved> together(List<Proved> causes) {
        var together = new LinkedHashMap<List<Object>, Proved>();
        for (var cause : causes) {
            var suspect = cause.suspect();
            var key = List.<Object>of(suspect.pin());
            if (suspect.pin().ofSeeds() && !suspect.places().isEmpty()) {
                var place = suspect.places().getFirst();
                key = List.of(place.file(), String.valueOf(place.function()), place.process());
            }
            together.merge(
                    key,
                    cause,
                    (first, more) ->
                            new Proved(
                                    first.suspect().and(more.suspect()),
                                    first.without().step() <= more.without().step()
                                            ? first.without()
                                            : more.without()));
        }
        return together.values();
    }
}
