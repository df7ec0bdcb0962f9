package dev.lockstep.diagnosis;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.comparison.Observed;
import dev.lockstep.diagnosis.Conditions.TraceWindow;
import dev.lockstep.diagnosis.Explanation.Agreement;
import dev.lockstep.diagnosis.Explanation.Proved;
import dev.lockstep.diagnosis.Explanation.Rejected;
import dev.lockstep.diagnosis.Explanation.Untried;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Takes a pair that parted and a laboratory, gives the minimal set of causes, each proved by
/// intervention.
///
/// The method is described in `docs/concepts/diagnosis.md`. The engine knows nothing of any hazard
/// but its pin: what a pair does with and without the pin decides.
public final class Diagnosis {
    /// How often a pair that agreed against expectation is run again before the parting is called
    /// rare.
    private static final int RARE_TRIES = 5;

    private static final String INTERRUPTED = "the search was interrupted before it was tried";

    /// Rounds of leave-one-out before a set that agrees only sometimes is given up.
    private static final int ROUNDS = 2;

    /// How many sets of pins may agree by luck before the parting is called rare.
    private static final int FAILURES = 2;

    /// How many further runs at most tell a pin that no evidence calls for from chance.
    private static final int MOST_TRIES = 32;

    /// Pins that are tried only when the evidence alone does not make the pair agree, by hazard.
    private static final List<Suspect> REMAINING =
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

    /// Pins that act on arithmetic: tried before all others when the runs part in a number that was
    /// computed, since no line that draws can be the evidence of it.
    private static final List<Suspect> ARITHMETIC =
            REMAINING.stream()
                    .filter(suspect ->
                            Set.of(
                                            "cudnn",
                                            "cudnn-benchmark",
                                            "deterministic",
                                            "cublas",
                                            "precision",
                                            "memory",
                                            "threads",
                                            "compile",
                                            "collectives")
                                    .contains(suspect.pin().name()))
                    .toList();

    private static final String OUT_OF_TIME =
            "The time for the diagnosis ran out before a set of pins was found that makes the runs agree.";

    private static final Set<Divergence.Kind> COMPUTED =
            Set.of(
                    Divergence.Kind.LOSS,
                    Divergence.Kind.GRADIENT,
                    Divergence.Kind.SCALE,
                    Divergence.Kind.OPERATION,
                    Divergence.Kind.STATE);

    /// Kinds in which no race of torch's own threads shows as a rule: what the script computes
    /// from, and begins with.
    private static final Set<Divergence.Kind> GIVEN =
            Set.of(Divergence.Kind.BATCH, Divergence.Kind.PARAMETER, Divergence.Kind.GENERATOR);

    /// Pins whose effect a trace can place: they act on operations, not on a line that draws.
    private static final Set<String> OPERATION_PINS =
            Set.of(
                    "cudnn",
                    "cudnn-benchmark",
                    "deterministic",
                    "deterministic-where-possible",
                    "threads",
                    "memory");

    /// Has nothing go on beside anything else on a CUDA device: an experiment, since a race that
    /// waiting hides is not repaired by it.
    private static final Pin STREAMS = Pin.everywhere("streams");

    /// How many pairs at most tell a race on a device from chance.
    private static final int MOST_WAITED = 16;

    /// Pins of what draws: a seed may be made of such a number.
    private static final Set<String> DRAWN =
            Set.of("entropy", "python", "numpy", "torch", "numpy-generator", "python-generator");

    /// What is tried in place of a pin under which the script fails.
    private static final Map<String, Suspect> WEAKER =
            Map.of("deterministic", suspect("LS303", "deterministic-where-possible"));

    private final Map<String, List<Place>> read;
    private final Laboratory laboratory;
    private final int proofRuns;
    private final Map<Pin, Suspect> suspects = new LinkedHashMap<>();
    private final Set<Pin> evidenced = new TreeSet<>();
    private final Map<Pin, Rejected> rejected = new LinkedHashMap<>();
    private final List<Untried> untried = new ArrayList<>();
    private final List<Divergence> unpinned = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private OutOfReach outOfReach = OutOfReach.of(List.of());
    private int pairs = 1;
    private int partedPairs = 1;
    private final Set<Pin> broken = new TreeSet<>();

    /// Pins that act on operations, without which a traced pair showed one of torch's own that gave
    /// unequal outputs from equal inputs, in a script that starts nothing that could race.
    private final Set<Pin> shown = new TreeSet<>();

    private final Map<Set<Pin>, Probe.Parted> partings = new HashMap<>();

    /// What a run differs in from its record, the likeliest cause first; null when a pair of equal
    /// launches is explained and the evidence says what to try.
    private @Nullable List<Pin> changes;

    private Diagnosis(Map<String, List<Place>> read, Laboratory laboratory, int proofRuns) {
        this.read = Map.copyOf(read);
        this.laboratory = laboratory;
        this.proofRuns = proofRuns;
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
        return new Diagnosis(read, laboratory, Math.max(2, proofRuns)).search(first);
    }

    /// Explains why a run parted from its record, by what differs between them.
    ///
    /// The laboratory's reference is the record; its candidate is a run for which the given changes
    /// are taken back.
    ///
    /// @param suspects each with what takes the change back, the likeliest cause first
    public static Explanation ofChanges(
            Probe.Parted first, List<Suspect> suspects, Laboratory laboratory, int proofRuns) {
        var diagnosis = new Diagnosis(Map.of(), laboratory, Math.max(2, proofRuns));
        diagnosis.changes = suspects.stream().map(Suspect::pin).toList();
        suspects.forEach(suspect -> diagnosis.suspects.put(suspect.pin(), suspect));
        return diagnosis.search(first);
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

    private Explanation search(Probe.Parted first) {
        unpinned.add(first.divergence());
        outOfReach = OutOfReach.of(first.reference());
        if (changes == null) {
            learnEvidence(first);
        }
        int failed = 0;
        for (var stage : changes == null ? Stage.values() : new Stage[] {Stage.EVIDENCE}) {
            var parted = Objects.requireNonNullElse(lastPinned, first);
            var evidence = new TreeSet<>(suspects.keySet());
            if (stage != Stage.EVIDENCE) {
                var more = more(stage, parted);
                learn(more);
                if (more.isEmpty() || !laboratory.timeLeft()) {
                    continue;
                }
            }
            var found = grow(new TreeSet<>(suspects.keySet()));
            if (found == null) {
                continue;
            }
            if (stage != Stage.EVIDENCE || changes != null) {
                found = narrowed(found, changes == null ? evidence : Set.of());
            }
            var explanation = settled(found);
            if (explanation != null) {
                return explanation;
            }
            failed++;
            if (failed == FAILURES || !laboratory.timeLeft()) {
                break;
            }
            rejected.keySet().removeAll(found.pins());
        }
        if (failed == 0 || laboratory.interrupted()) {
            return told(List.of(), null);
        }
        if (!unproved.isEmpty()) {
            notes.add(
                    "With the pins that seemed to be enough, a fresh run did not agree ("
                            + unproved
                            + "): with them the runs agree only sometimes.");
        }
        return rare();
    }

    /// What is pinned beside what was pinned before.
    private enum Stage {
        /// What the evidence calls for.
        EVIDENCE,
        /// The hash seed: a common cause that leaves no trace in a run.
        HASH_SEED,
        /// When the runs part in a computed number, what acts on arithmetic.
        ARITHMETIC,
        /// The clock, where the script reads it: as with a budget of time.
        CLOCK,
        /// Every pin of the catalogue.
        EVERYTHING
    }

    private static List<Suspect> more(Stage stage, Probe.Parted parted) {
        var kind = parted.divergence().kind();
        return switch (stage) {
            case EVIDENCE -> List.of();
            case HASH_SEED -> List.of(suspect("LS107", "hash-seed"));
            case ARITHMETIC ->
                    COMPUTED.contains(kind)
                            ? Suspects.possible(ARITHMETIC, parted.reference())
                            : List.of();
            case CLOCK -> Suspects.clock(parted.reference());
            case EVERYTHING ->
                    Suspects.merge(
                            Suspects.clock(parted.reference()),
                            Suspects.possible(REMAINING, parted.reference()));
        };
    }

    /// Finds the causes among pins under which a pair agreed; null when that agreement was luck.
    private @Nullable Explanation settled(Agreeing agreeing) {
        for (int round = 1; round <= ROUNDS; round++) {
            boolean careful = round > 1;
            var outcome = leaveOneOut(agreeing, careful);
            var hashed = byHashes(outcome);
            if (hashed != null) {
                outcome = leaveOneOut(hashed, careful);
            }
            if (!outcome.complete()) {
                return told(outcome.causes(), null);
            }
            if (outcome.causes().isEmpty()) {
                return null;
            }
            var proof = prove(outcome.kept());
            if (proof != null) {
                var clear = clear(outcome);
                if (clear != null) {
                    return told(
                            withOrigins(clear, outcome.kept().pins()),
                            clear.size() == outcome.causes().size() ? proof : null);
                }
            }
            if (!laboratory.timeLeft()) {
                return cut ? told(evident(outcome.causes()), null) : null;
            }
            rejected.keySet().removeAll(agreeing.pins());
        }
        return null;
    }

    /// The same with the hash seed pinned in place of seeds of the run's own; null where they are
    /// not made of hashes, as the source shows some.
    private @Nullable Agreeing byHashes(LeftOut outcome) {
        var pins = new TreeSet<>(outcome.kept().pins());
        var hashes = suspect("LS107", "hash-seed");
        if (!read.containsKey(hashes.hazard())
                || !outcome.complete()
                || !pins.add(hashes.pin())
                || !pins.removeIf(Pin::ofSeeds)
                || !laboratory.timeLeft()
                || !(known(pins) instanceof Probe.Agreed agreed)) {
            return null;
        }
        learn(List.of(hashes));
        return new Agreeing(Set.copyOf(pins), agreed);
    }

    /// The causes, with the draws that seeds of the run's own are made of: a draw that was ruled
    /// out while the seed was pinned, and with whose pin in place of the seed's the pair agrees
    /// too.
    private List<Proved> withOrigins(List<Proved> causes, Set<Pin> kept) {
        var origins = new LinkedHashSet<Place>();
        var drawn = new TreeSet<>(kept);
        if (!drawn.removeIf(Pin::ofSeeds)) {
            return causes;
        }
        for (var pin : List.copyOf(rejected.keySet())) {
            if (DRAWN.contains(pin.name()) && laboratory.timeLeft()) {
                var instead = new TreeSet<>(drawn);
                instead.add(pin);
                if (known(instead) instanceof Probe.Agreed) {
                    suspectOf(pin).places().forEach(place -> origins.add(place.givingSeed()));
                    rejected.remove(pin);
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

    /// The causes that need no further run when no time is left for one.
    private List<Proved> evident(List<Proved> causes) {
        if (!laboratory.interrupted()) {
            notes.add("No time was left for the proof with exactly these pins.");
        }
        var evident = new ArrayList<Proved>();
        for (var cause : causes) {
            if (called(cause.suspect().pin())) {
                evident.add(cause);
            } else {
                untried.add(
                        new Untried(
                                cause.suspect().hazard(),
                                "with its pin the runs agree and without it they part, but no time was left to tell that from chance"));
            }
        }
        return evident;
    }

    /// Whether something that was seen calls for a pin, so that chance need not be ruled out: in a
    /// run; or in the source, where the script starts nothing that could race and the runs part in
    /// nothing that torch's own threads computed.
    private boolean called(Pin pin) {
        return changes != null
                || evidenced.contains(pin)
                || shown.contains(pin)
                || pin.name().equals("hash-seed")
                        && outOfReach.nothingRaces()
                        && GIVEN.contains(unpinned.getFirst().kind())
                        && read.containsKey(hazard(pin));
    }

    /// The causes that chance does not explain; null when a run parted in spite of their pins.
    private @Nullable List<Proved> clear(LeftOut outcome) {
        var clear = new ArrayList<Proved>();
        for (var cause : outcome.causes()) {
            var pin = cause.suspect().pin();
            switch (called(pin) ? Standing.CLEAR : standing(pin, outcome.kept())) {
                case CLEAR -> clear.add(cause);
                case UNCLEAR -> {}
                case REFUTED -> {
                    return null;
                }
            }
        }
        return clear;
    }

    /// A set of pins under which a pair agreed.
    private record Agreeing(Set<Pin> pins, Probe.Agreed probe) {}

    /// Runs pairs under these pins and whatever further evidence they show, until one agrees or
    /// nothing new shows.
    private @Nullable Agreeing grow(Set<Pin> start) {
        var pins = new TreeSet<>(start);
        while (true) {
            pins.removeAll(broken);
            if (pins.isEmpty()) {
                return null;
            }
            switch (probe(pins)) {
                case Probe.Agreed agreed -> {
                    return new Agreeing(Set.copyOf(pins), agreed);
                }
                case Probe.Parted parted -> {
                    if (changes == null) {
                        learnEvidence(parted);
                    }
                    var more = new TreeSet<>(suspects.keySet());
                    more.removeAll(broken);
                    if (pins.containsAll(more)) {
                        lastPinned = parted;
                        return null;
                    }
                    pins.addAll(more);
                }
                case Probe.Failed failed -> {
                    var blamed =
                            laboratory.timeLeft() ? blame(pins, failed) : Optional.<Pin>empty();
                    if (blamed.isEmpty()) {
                        if (!laboratory.timeLeft() && !laboratory.interrupted()) {
                            notes.add(OUT_OF_TIME);
                        }
                        return null;
                    }
                    var weaker = WEAKER.get(blamed.get().name());
                    if (weaker != null) {
                        learn(List.of(weaker));
                        pins.add(weaker.pin());
                    }
                }
            }
            if (!laboratory.timeLeft()) {
                if (laboratory.interrupted()) {
                    return null;
                }
                notes.add(OUT_OF_TIME);
                return null;
            }
        }
    }

    private Probe.@Nullable Parted lastPinned;
    private String unproved = "";

    /// Whether the proof was given up because no time was left, or the user wants no more.
    private boolean cut;

    /// Finds the pin under which the script fails, so that the search can go on without it. First
    /// of all one that is known to make scripts fail.
    private Optional<Pin> blame(Set<Pin> pins, Probe.Failed failed) {
        var order = new ArrayList<>(inOrder(pins));
        order.sort(Comparator.comparing((Pin pin) -> !WEAKER.containsKey(pin.name())));
        for (var pin : order) {
            if (!laboratory.timeLeft()) {
                return Optional.empty();
            }
            if (!(probe(without(pins, pin)) instanceof Probe.Failed)) {
                broken.add(pin);
                untried.add(
                        new Untried(
                                hazard(pin),
                                (changes == null
                                                ? "the script fails under the pin " + pin.text()
                                                : "the run cannot be made with the " + pin.text())
                                        + ": "
                                        + failed.reason()));
                return Optional.of(pin);
            }
        }
        notes.add("The script fails in probing runs: " + failed.reason());
        return Optional.empty();
    }

    /// Takes away, in halves that shrink, the pins beyond the evidence that are not needed.
    private Agreeing narrowed(Agreeing found, Set<Pin> evidence) {
        var kept = new TreeSet<>(found.pins());
        var probe = found.probe();
        var extra =
                new ArrayList<>(
                        inOrder(kept).stream()
                                .filter(pin -> !evidence.contains(pin))
                                .filter(pin -> found.probe().acted().contains(pin.name()))
                                .toList());
        for (int size = Math.max(1, extra.size() / 2); ; size = size / 2) {
            for (int start = 0; start < extra.size() && laboratory.timeLeft(); ) {
                var chunk = extra.subList(start, Math.min(extra.size(), start + size));
                var fewer = new TreeSet<>(kept);
                chunk.forEach(fewer::remove);
                if (!fewer.isEmpty() && known(fewer) instanceof Probe.Agreed agreed) {
                    chunk.forEach(pin -> reject(pin, agreesWithout()));
                    kept = fewer;
                    probe = agreed;
                    chunk.clear();
                } else {
                    start += size;
                }
            }
            if (size == 1) {
                return new Agreeing(Set.copyOf(kept), probe);
            }
        }
    }

    /// What leaving out one pin at a time left: the causes, and whether every pin was tried.
    private record LeftOut(List<Proved> causes, Agreeing kept, boolean complete) {}

    private LeftOut leaveOneOut(Agreeing start, boolean careful) {
        var kept = new TreeSet<>(start.pins());
        var probe = start.probe();
        for (var pin : new TreeSet<>(start.pins())) {
            if (!start.probe().acted().contains(pin.name()) && kept.size() > 1) {
                kept.remove(pin);
                reject(pin, "its pin had nothing to do in the run");
            }
        }
        var causes = new ArrayList<Proved>();
        boolean complete = true;
        for (var pin : inOrder(kept)) {
            if (!laboratory.timeLeft()) {
                untried.add(new Untried(hazard(pin), noTimeWithout(pin)));
                complete = false;
                continue;
            }
            // Without the last pin nothing would be left to explain the parting.
            switch (withoutOne(without(kept, pin), careful || kept.size() == 1)) {
                case Probe.Agreed agreed -> {
                    kept.remove(pin);
                    probe = agreed;
                    reject(pin, agreesWithout());
                }
                case Probe.Parted parted -> {
                    if (kept.size() == 1) {
                        unpinned.add(parted.divergence());
                    }
                    causes.add(new Proved(placed(pin, kept), parted.divergence()));
                }
                case Probe.Failed failed -> {
                    untried.add(
                            new Untried(
                                    hazard(pin),
                                    laboratory.timeLeft()
                                            ? failedWithout(pin, failed)
                                            : noTimeWithout(pin)));
                    complete = false;
                }
            }
        }
        return new LeftOut(causes, new Agreeing(Set.copyOf(kept), probe), complete);
    }

    private String noTimeWithout(Pin pin) {
        if (laboratory.interrupted()) {
            return INTERRUPTED;
        }
        return changes == null
                ? "no time was left to run without its pin"
                : "no time was left to run with everything but the " + pin.text();
    }

    private String failedWithout(Pin pin, Probe.Failed failed) {
        return (changes == null
                        ? "the script failed without its pin: "
                        : "the script failed without the " + pin.text() + ": ")
                + failed.reason();
    }

    /// Runs without one pin; who is careful does not believe a single agreement.
    private Probe withoutOne(Set<Pin> pins, boolean careful) {
        var probe = known(pins);
        for (int i = 0;
                careful && i < 2 && probe instanceof Probe.Agreed && laboratory.timeLeft();
                i++) {
            probe = probe(pins);
        }
        return probe;
    }

    /// The suspect of a proved pin. When it acts on operations, a traced pair says which one and
    /// where; where no tap saw the line, what was read of the source says it.
    private Suspect placed(Pin pin, Set<Pin> kept) {
        var suspect = suspectOf(pin);
        if (!suspect.places().stream().allMatch(Place::noticed)) {
            return suspect;
        }
        if (!OPERATION_PINS.contains(pin.name())) {
            return new Suspect(
                    suspect.hazard(), pin, read.getOrDefault(suspect.hazard(), suspect.places()));
        }
        return traced(without(kept, pin))
                .map(place -> {
                    if (ofTorch(place) && outOfReach.nothingRaces()) {
                        shown.add(pin);
                    }
                    // A switch that the script sets is to be changed there, not at the operation.
                    var set = read.getOrDefault(suspect.hazard(), List.of());
                    return new Suspect(
                            suspect.hazard(),
                            pin,
                            pin.name().equals("cudnn-benchmark") && !set.isEmpty()
                                    ? set
                                    : List.of(place));
                })
                .orElseGet(() ->
                        new Suspect(
                                suspect.hazard(),
                                pin,
                                read.getOrDefault(suspect.hazard(), List.of())));
    }

    private static boolean ofTorch(Place operation) {
        return Objects.requireNonNullElse(operation.via(), "").startsWith("aten.");
    }

    /// Where the first operation stands that gives unequal outputs from equal inputs, if a traced
    /// pair still parts.
    private Optional<Place> traced(Set<Pin> pins) {
        if (!laboratory.timeLeft() || !(known(pins) instanceof Probe.Parted parted)) {
            return Optional.empty();
        }
        return operation(pins, parted)
                .map(divergence ->
                        new Place(
                                Objects.requireNonNull(divergence.site()),
                                divergence.name(),
                                null,
                                divergence.process()));
    }

    private Optional<Divergence> operation(Set<Pin> pins, Probe.Parted parted) {
        return firstOperation(pins, parted.divergence()).filter(Divergence::ofVaryingOperation);
    }

    /// The first operation that differs in a traced pair, whether or not its inputs did.
    private Optional<Divergence> firstOperation(Set<Pin> pins, Divergence divergence) {
        long step = Math.max(0, divergence.step());
        var conditions = Conditions.pinned(pins).tracing(new TraceWindow(step, step));
        return laboratory.pair(conditions) instanceof Probe.Parted again
                        && again.divergence().kind() == Divergence.Kind.OPERATION
                        && again.divergence().site() != null
                ? Optional.of(again.divergence())
                : Optional.empty();
    }

    /// Runs until the wanted number of runs agree under exactly these pins, the pair that is known
    /// already counted.
    private @Nullable Agreement prove(Agreeing kept) {
        for (int runs = 2; runs < proofRuns; runs++) {
            switch (laboratory.again(Conditions.pinned(kept.pins()), kept.probe())) {
                case Probe.Agreed _ -> {}
                case Probe.Parted parted -> {
                    unproved = where(parted.divergence());
                    // What was left out last matters after all: the next round need not run this.
                    partings.put(kept.pins(), parted);
                    return null;
                }
                case Probe.Failed failed -> {
                    cut = !laboratory.timeLeft();
                    unproved = failed.reason();
                    return null;
                }
            }
        }
        return new Agreement(proofRuns, kept.probe().steps(), kept.probe().tensors(), kept.pins());
    }

    /// What became of a cause whose pin no evidence calls for.
    private enum Standing {
        /// Runs agree with the pin and part without it more often than chance would have it.
        CLEAR,
        /// They may do so by chance.
        UNCLEAR,
        /// A run parts in spite of the pins.
        REFUTED
    }

    /// Runs with all pins and without this one until the pin's effect can be told from a race that
    /// parts now and then whatever is pinned. The runs that led here do not count: they were chosen
    /// for what they did.
    private Standing standing(Pin pin, Agreeing kept) {
        var fewer = without(kept.pins(), pin);
        var seen = new Separation(proofRuns - 2, 0, 0);
        while (!seen.clear() && seen.tries() < MOST_TRIES && laboratory.timeLeft()) {
            if (seen.needsPinned()) {
                switch (laboratory.again(Conditions.pinned(kept.pins()), kept.probe())) {
                    case Probe.Agreed _ -> seen = seen.withPinned();
                    case Probe.Parted parted -> {
                        unproved = where(parted.divergence());
                        return Standing.REFUTED;
                    }
                    case Probe.Failed failed -> {
                        if (laboratory.timeLeft()) {
                            unproved = failed.reason();
                            return Standing.REFUTED;
                        }
                    }
                }
            } else {
                seen = seen.without(probe(fewer) instanceof Probe.Parted);
            }
        }
        if (seen.clear()) {
            return Standing.CLEAR;
        }
        untried.add(
                new Untried(
                        hazard(pin),
                        "without its pin "
                                + seen.parted()
                                + " of "
                                + (seen.parted() + seen.agreed())
                                + " further tries parted, with it none of "
                                + seen.pinned()
                                + ": too few to tell it from chance"));
        return Standing.UNCLEAR;
    }

    /// Nothing needed a pin in the end: counts how often the pair parts when it is simply run
    /// again.
    private Explanation rare() {
        int tries = 1;
        int parted = 1;
        while (tries <= RARE_TRIES && laboratory.timeLeft()) {
            tries++;
            if (probe(Set.of()) instanceof Probe.Parted again) {
                parted++;
                unpinned.add(again.divergence());
            }
        }
        notes.add(
                "The runs parted in "
                        + parted
                        + " of "
                        + tries
                        + (changes == null
                                ? " tries with nothing changed between them; no pin could be tied to it."
                                : " tries with nothing taken back; nothing that differs could be tied to it."));
        return told(List.of(), null);
    }

    private String agreesWithout() {
        return changes == null ? "agrees without its pin" : "agrees with it as it is now";
    }

    private Explanation told(List<Proved> causes, @Nullable Agreement proof) {
        if (laboratory.interrupted()) {
            notes.add(
                    "The search for causes was interrupted"
                            + (causes.isEmpty()
                                    ? " before one was proved."
                                    : proof != null
                                            ? "."
                                            : ": each cause named was proved before, others may be there."));
        } else if (causes.isEmpty() && changes == null) {
            outside();
            beyond();
            raceOnDevice();
            if (!outOfReach.beside().isEmpty()) {
                untried.add(
                        new Untried(
                                "LS206",
                                "no pin puts threads or processes that race into an order: "
                                        + String.join(
                                                ", ",
                                                outOfReach.beside().stream().limit(4).toList())));
            }
        }
        var ordered =
                together(causes).stream()
                        .sorted(
                                Comparator.comparingLong((Proved cause) -> cause.without().step())
                                        .thenComparing(cause -> cause.suspect().hazard()))
                        .toList();
        var places = unpinned.stream().map(Diagnosis::where).distinct().toList();
        if (places.size() > 1) {
            notes.add(
                    "The runs part at a different place each time: "
                            + String.join("; ", places)
                            + ".");
        }
        return new Explanation(
                ordered, List.copyOf(rejected.values()), untried, proof, unpinned, notes);
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

    /// Every pin together did not help: names the operation, if a traced pair shows one.
    private void outside() {
        var parted = lastPinned;
        if (parted == null || !laboratory.timeLeft()) {
            return;
        }
        notes.add(
                "With every pin at once the runs still part ("
                        + where(parted.divergence())
                        + "), so the cause is none that Lockstep can pin. Of "
                        + pairs
                        + " pairs, with and without pins, "
                        + (partedPairs == pairs ? "all" : partedPairs)
                        + " parted.");
        var pins = new TreeSet<>(suspects.keySet());
        pins.removeAll(broken);
        var found = firstOperation(pins, parted.divergence());
        if (found.isEmpty() && laboratory.timeLeft()) {
            // What parts now and then with pins may part each time without them.
            found =
                    firstOperation(Set.of(), unpinned.getFirst())
                            .filter(Divergence::ofVaryingOperation);
        }
        if (found.isEmpty()) {
            notes.add("A traced pair showed no operation with equal inputs and unequal outputs.");
            return;
        }
        var name = String.valueOf(found.get().name());
        var place = Objects.requireNonNull(found.get().site()).text();
        if (name.startsWith("outside torch")) {
            notes.add(
                    "In a traced pair the data first differs when it comes from "
                            + name
                            + ", at "
                            + place
                            + ".");
        } else if (!found.get().ofVaryingOperation()) {
            suspectOrders();
            notes.add(
                    "In a traced pair the first operation that differs is "
                            + name
                            + " at "
                            + place
                            + ": what goes into it differs already, in its order or as no operation of torch made it.");
        } else {
            untried.add(
                    new Untried(
                            "LS303",
                            "the first operation with equal inputs and unequal outputs is "
                                    + name
                                    + " at "
                                    + place));
        }
    }

    /// Names the orders of sets that the source shows: that of plain objects is the order of their
    /// addresses.
    private void suspectOrders() {
        var orders = read.getOrDefault("LS107", List.of());
        if (!orders.isEmpty()) {
            untried.add(
                    new Untried(
                            "LS107",
                            "no pin fixes the addresses that plain objects in a set are ordered by: "
                                    + String.join(
                                            ", ",
                                            orders.stream().limit(4).map(Place::text).toList())));
        }
    }

    /// Names what no pin reaches and may be the cause.
    private void beyond() {
        if (unpinned.getFirst().ofParameterOrder()) {
            untried.add(
                    new Untried(
                            "LS107",
                            "the parameters come in another order, as from a set of them, which their addresses"
                                    + " order: no pin fixes those; take them in the order of the model"));
        }
        if (!outOfReach.programs().isEmpty()) {
            untried.add(
                    new Untried(
                            "LS114",
                            "no pin reaches what other programs draw: "
                                    + String.join(
                                            ", ",
                                            outOfReach.programs().stream().limit(4).toList())));
        }
    }

    /// Whether runs agree once nothing on the device goes on beside anything else, and part without
    /// that, whatever else is pinned. Says how often; where the wait is missing only a person can
    /// tell.
    private void raceOnDevice() {
        if (!outOfReach.device()) {
            return;
        }
        var pins = new TreeSet<>(suspects.keySet());
        pins.removeAll(broken);
        var waiting = new TreeSet<>(pins);
        waiting.add(STREAMS);
        var places = new LinkedHashSet<>(outOfReach.onDevice());
        var seen = new Separation(0, 0, 0);
        while (!seen.clear() && seen.tries() < MOST_WAITED && laboratory.timeLeft()) {
            if (seen.pinned() == 0 || seen.needsPinned()) {
                if (!(probe(waiting) instanceof Probe.Agreed agreed)) {
                    return;
                }
                places.addAll(OutOfReach.of(agreed.clues()).onDevice());
                seen = seen.withPinned();
            } else {
                var probe = probe(pins);
                if (probe instanceof Probe.Failed) {
                    break;
                }
                seen = seen.without(probe instanceof Probe.Parted);
            }
        }
        if (seen.parted() == 0) {
            return;
        }
        untried.add(
                new Untried(
                        "LS310",
                        "when all work on the device is waited for, none of "
                                + seen.pinned()
                                + " tries parted; without that, "
                                + seen.parted()
                                + " of "
                                + (seen.parted() + seen.agreed())
                                + (seen.clear() ? "" : ", too few to tell it from chance")
                                + (places.isEmpty()
                                        ? ""
                                        : ": "
                                                + String.join(
                                                        ", ", places.stream().limit(4).toList()))));
    }

    private static String where(Divergence divergence) {
        var site = divergence.site();
        return "step "
                + divergence.step()
                + ", "
                + divergence.kind().words()
                + (divergence.name() == null ? "" : " " + divergence.name())
                + (site == null ? "" : " at " + site.text());
    }

    private Probe probe(Collection<Pin> pins) {
        var probe = laboratory.pair(Conditions.pinned(pins));
        pairs++;
        if (probe instanceof Probe.Parted parted) {
            partedPairs++;
            partings.put(Set.copyOf(pins), parted);
        }
        return probe;
    }

    /// A pair under these pins, not run again when one has parted already: nothing takes that back.
    private Probe known(Collection<Pin> pins) {
        var parted = partings.get(Set.copyOf(pins));
        return parted != null ? parted : probe(pins);
    }

    private void learnEvidence(Probe.Parted parted) {
        var called = Suspects.from(parted.reference(), parted.candidate());
        called.forEach(suspect -> evidenced.add(suspect.pin()));
        learn(called);
    }

    private void learn(List<Suspect> more) {
        for (var suspect : Suspects.merge(List.copyOf(suspects.values()), more)) {
            suspects.put(suspect.pin(), suspect);
        }
    }

    private void reject(Pin pin, String why) {
        rejected.put(pin, new Rejected(suspectOf(pin), why));
    }

    private String hazard(Pin pin) {
        return suspectOf(pin).hazard();
    }

    private Suspect suspectOf(Pin pin) {
        return suspects.getOrDefault(pin, new Suspect("LS303", pin, List.of()));
    }

    private List<Pin> inOrder(Collection<Pin> pins) {
        var likeliest = changes;
        if (likeliest != null) {
            return likeliest.reversed().stream().filter(pins::contains).toList();
        }
        return pins.stream()
                .sorted(
                        Comparator.comparingInt((Pin pin) -> LEAVE_OUT_ORDER.indexOf(pin.name()))
                                .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private static Set<Pin> without(Collection<Pin> pins, Pin pin) {
        var fewer = new TreeSet<>(pins);
        fewer.remove(pin);
        return fewer;
    }

    private static Suspect suspect(String hazard, String pin) {
        return new Suspect(hazard, Pin.everywhere(pin), List.of());
    }
}
