package dev.lockstep.diagnosis;

import dev.lockstep.comparison.Observed;
import dev.lockstep.event.Event;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Takes what two runs showed, gives the hazards that it points to, each with its pin.
///
/// The table of evidence is in `docs/concepts/diagnosis.md`. A suspect is no cause: only an
/// experiment makes it one. Evidence that is the same in both runs counts too (an unseeded draw is
/// seen in both), except where the hazard *is* the difference: a seed's value, the order of a
/// listing.
final class Suspects {
    /// What a loader and its samplers draw; a script whose unseeded draws are only these has an
    /// unseeded loader.
    private static final Set<String> LOADER_FEEDS = Set.of("order", "split", "workers");

    /// Generators and the pin that seeds each.
    private static final Map<String, String> GLOBAL_PINS =
            Map.of("python", "python", "numpy", "numpy", "torch", "torch", "torch.cuda", "cuda");

    private static final Map<String, String> GLOBAL_HAZARDS =
            Map.of("python", "LS101", "numpy", "LS102", "torch", "LS104", "torch.cuda", "LS105");

    private static final Set<String> ON_A_DEVICE =
            Set.of("cuda", "cudnn", "cudnn-benchmark", "cublas", "precision");

    /// How processes start that share work with the one that starts them.
    private static final Set<String> BESIDE = Set.of("multiprocessing", "os.fork");

    /// Pools of processes whose results keep the order of the tasks.
    private static final Set<String> ORDERED_POOLS =
            Set.of(
                    "Pool.map",
                    "Pool.imap",
                    "Pool.apply_async",
                    "ProcessPoolExecutor.submit",
                    "joblib.Parallel");

    /// Threads whose results nobody takes in the order in which they are ready: no pin orders what
    /// they do beside each other.
    private static final Set<String> PLAIN_THREADS =
            Set.of("ThreadPoolExecutor.submit", "threading.Thread");

    private static final Set<String> POOLS =
            Stream.concat(ORDERED_POOLS.stream(), Stream.of("imap_unordered"))
                    .collect(Collectors.toUnmodifiableSet());

    /// Programs with which libraries look around; they draw nothing.
    private static final Set<String> PLAIN_PROGRAMS =
            Set.of(
                    "ldconfig",
                    "ld",
                    "cc",
                    "gcc",
                    "c++",
                    "g++",
                    "clang",
                    "git",
                    "uname",
                    "lscpu",
                    "hostname",
                    "which",
                    "nvidia-smi");

    private Suspects() {}

    /// Those among the suspects that the runs leave room for: without a CUDA device nothing acts
    /// that works on one, and a single process reduces nothing across ranks.
    static List<Suspect> possible(List<Suspect> suspects, List<Observed> clues) {
        var torches = clues.stream().filter(clue -> clue.event() instanceof Event.Torch).toList();
        boolean noDevice = !torches.isEmpty() && !hasDevice(clues);
        boolean alone =
                !torches.isEmpty()
                        && torches.stream()
                                .allMatch(clue ->
                                        clue.role() instanceof Role.Main
                                                || clue.role() instanceof Role.Worker);
        return suspects.stream()
                .filter(suspect -> !(noDevice && ON_A_DEVICE.contains(suspect.pin().name())))
                .filter(suspect -> !(alone && suspect.pin().name().equals("collectives")))
                .toList();
    }

    /// Whether a torch of the run saw a CUDA device.
    static boolean hasDevice(List<Observed> clues) {
        return clues.stream()
                .anyMatch(clue -> clue.event() instanceof Event.Torch torch && torch.cuda() != 0);
    }

    /// The clock, where the user's own code reads it; empty when it does not.
    static List<Suspect> clock(List<Observed> clues) {
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

    /// Gives the suspects in a fixed order: by pin.
    static List<Suspect> from(List<Observed> reference, List<Observed> candidate) {
        var suspects = new TreeMap<Pin, Suspect>();
        for (var suspect : globals(both(reference, candidate))) {
            suspects.merge(suspect.pin(), suspect, Suspects::union);
        }
        for (var suspect : entropy(both(reference, candidate))) {
            // Where a shared generator was given a random seed, that line is the cause of its
            // draws.
            suspects.merge(suspect.pin(), suspect, (drawn, reseeded) -> union(reseeded, drawn));
        }
        for (var suspect : seeds(reference, candidate)) {
            suspects.merge(suspect.pin(), suspect, Suspects::union);
        }
        for (var suspect : switches(both(reference, candidate))) {
            suspects.merge(suspect.pin(), suspect, Suspects::union);
        }
        for (var suspect : listings(reference, candidate)) {
            suspects.merge(suspect.pin(), suspect, Suspects::union);
        }
        return List.copyOf(suspects.values());
    }

    /// Gives what either list points to; where both know a pin, the places of both, the first
    /// list's first.
    static List<Suspect> merge(List<Suspect> known, List<Suspect> more) {
        var merged = new TreeMap<Pin, Suspect>();
        for (var suspect : known) {
            merged.put(suspect.pin(), suspect);
        }
        for (var suspect : more) {
            merged.merge(suspect.pin(), suspect, Suspects::union);
        }
        return List.copyOf(merged.values());
    }

    private static Suspect union(Suspect first, Suspect second) {
        var places = new LinkedHashSet<>(first.places());
        places.addAll(second.places());
        return new Suspect(first.hazard(), first.pin(), List.copyOf(places));
    }

    private static List<Observed> both(List<Observed> reference, List<Observed> candidate) {
        var all = new LinkedHashSet<>(reference);
        all.addAll(candidate);
        return List.copyOf(all);
    }

    private static List<Suspect> globals(List<Observed> clues) {
        var draws = new LinkedHashMap<String, List<Observed>>();
        for (var clue : clues) {
            if (clue.event() instanceof Event.Draw draw
                    && GLOBAL_PINS.containsKey(draw.generator())) {
                draws.computeIfAbsent(draw.generator(), _ -> new ArrayList<>()).add(clue);
            }
        }
        var suspects = new ArrayList<Suspect>();
        draws.forEach((generator, all) -> {
            var seen = withoutImports(all);
            var inChildren = seen.stream().filter(clue -> clue.role().started()).toList();
            var elsewhere = seen.stream().filter(clue -> !clue.role().started()).toList();
            var pin = Pin.everywhere(Objects.requireNonNull(GLOBAL_PINS.get(generator)));
            if (!elsewhere.isEmpty()) {
                suspects.add(
                        new Suspect(globalHazard(generator, elsewhere, clues), pin, places(seen)));
            } else {
                suspects.add(
                        new Suspect("LS114", Pin.everywhere("process-seed"), places(inChildren)));
            }
        });
        return suspects;
    }

    /// What a package draws while it is imported hardly ever reaches a result: it is spoken of only
    /// where nothing else drew.
    private static List<Observed> withoutImports(List<Observed> draws) {
        var others =
                draws.stream()
                        .filter(clue ->
                                !(clue.event() instanceof Event.Draw draw
                                        && "import".equals(draw.feeds())))
                        .toList();
        return others.isEmpty() ? draws : others;
    }

    private static String globalHazard(String generator, List<Observed> draws, List<Observed> all) {
        if (draws.stream().anyMatch(draw -> seededLater(generator, draw, all))) {
            return "LS110";
        }
        if (generator.equals("torch") && draws.stream().allMatch(Suspects::feedsLoader)) {
            return "LS201";
        }
        if (!generator.startsWith("torch") && draws.stream().allMatch(Suspects::inPackage)) {
            return "LS112";
        }
        return Objects.requireNonNull(GLOBAL_HAZARDS.get(generator));
    }

    /// Whether the process that drew seeds the generator behind that draw. A seed before it holds
    /// no more: it was given for a while, as in `fork_rng`.
    private static boolean seededLater(String generator, Observed draw, List<Observed> all) {
        return all.subList(all.indexOf(draw), all.size()).stream()
                .anyMatch(clue ->
                        clue.event() instanceof Event.Seed seed
                                && seed.generator().equals(generator)
                                && seed.fixes()
                                && clue.process().equals(draw.process())
                                && !clue.role().started()
                                && !(clue.role() instanceof Role.Worker));
    }

    private static boolean feedsLoader(Observed clue) {
        return clue.event() instanceof Event.Draw draw
                && draw.feeds() != null
                && LOADER_FEEDS.contains(draw.feeds());
    }

    private static boolean inPackage(Observed clue) {
        return clue.event() instanceof Event.Draw draw && isPackage(draw.via());
    }

    /// Whether a library function belongs to a package of its own: not torch, NumPy or the standard
    /// library's `random`, whose functions *are* the generator.
    private static boolean isPackage(@Nullable String via) {
        if (via == null) {
            return false;
        }
        int dot = via.indexOf('.');
        var top = dot < 0 ? via : via.substring(0, dot);
        return !Set.of(
                        "torch",
                        "numpy",
                        "random",
                        "tempfile",
                        "multiprocessing",
                        "concurrent",
                        "threading")
                .contains(top);
    }

    private static List<Suspect> entropy(List<Observed> clues) {
        var bySource = new LinkedHashMap<Pin, List<Observed>>();
        for (var clue : clues) {
            if (clue.event() instanceof Event.Entropy entropy) {
                bySource.computeIfAbsent(pin(entropy), _ -> new ArrayList<>()).add(clue);
            }
        }
        var suspects = new ArrayList<Suspect>();
        bySource.forEach((pin, seen) ->
                suspects.add(new Suspect(entropyHazard(pin, seen), pin, places(seen))));
        return suspects;
    }

    static Pin pin(Event.Entropy entropy) {
        var sites = entropy.site() == null ? List.<Site>of() : List.of(entropy.site());
        return switch (entropy.source()) {
            case "numpy.default_rng",
                    "numpy.RandomState",
                    "numpy.SeedSequence",
                    "numpy.bit_generator" ->
                    new Pin("numpy-generator", sites);
            case "random.Random" -> new Pin("python-generator", sites);
            // A call that seeds from entropy leaves the shared generator unseeded.
            case "random.seed" -> Pin.everywhere("python");
            case "numpy.seed" -> Pin.everywhere("numpy");
            case "torch.seed" -> Pin.everywhere("torch");
            default -> new Pin("entropy", sites);
        };
    }

    private static String entropyHazard(Pin pin, List<Observed> seen) {
        var shared = GLOBAL_HAZARDS.get(pin.name());
        if (shared != null) {
            return seen.stream().allMatch(clue -> clue.role() instanceof Role.Worker)
                    ? "LS202"
                    : shared;
        }
        if (pin.name().equals("entropy")) {
            return "LS108";
        }
        if (seen.stream()
                .allMatch(clue -> clue.event() instanceof Event.Entropy e && isPackage(e.via()))) {
            return "LS112";
        }
        if (seen.stream().allMatch(clue -> clue.role() instanceof Role.Worker)) {
            return "LS202";
        }
        if (seen.stream().allMatch(clue -> clue.role().started())) {
            return "LS114";
        }
        return pin.name().equals("numpy-generator") ? "LS103" : "LS111";
    }

    /// Seeds whose value differs between the runs. Those that a loader derives for its workers
    /// follow from the main process and are no evidence of their own.
    private static List<Suspect> seeds(List<Observed> reference, List<Observed> candidate) {
        var known = new HashMap<Position, Event.Seed>();
        for (var position : positions(reference).entrySet()) {
            known.put(position.getKey(), position.getValue());
        }
        // The processes of a pool, and threads, give the same seeds in another order: such a seed
        // depends on no run.
        var referenceValues = values(reference);
        var candidateValues = values(candidate);
        var sites = new LinkedHashMap<Site, Place>();
        positions(candidate)
                .forEach((position, seed) -> {
                    var other = known.get(position);
                    if (other != null
                            && seed.site() != null
                            && !referenceValues.contains(value(seed))
                            && !candidateValues.contains(value(other))) {
                        sites.putIfAbsent(
                                seed.site(),
                                new Place(seed.site(), seed.via(), null, position.role().text()));
                    }
                });
        return sites.entrySet().stream()
                .map(entry ->
                        new Suspect(
                                "LS109",
                                new Pin("run-dependent-seed", List.of(entry.getKey())),
                                List.of(entry.getValue())))
                .toList();
    }

    private static Set<List<Object>> values(List<Observed> clues) {
        return clues.stream()
                .filter(clue -> clue.event() instanceof Event.Seed)
                .map(clue -> value((Event.Seed) clue.event()))
                .collect(Collectors.toSet());
    }

    private static List<Object> value(Event.Seed seed) {
        return List.of(seed.generator(), String.valueOf(seed.site()), String.valueOf(seed.args()));
    }

    /// The n-th seeding of one generator in one process.
    private record Position(Role role, String generator, int n) {}

    private static Map<Position, Event.Seed> positions(List<Observed> clues) {
        var counts = new HashMap<Position, Integer>();
        var seeds = new LinkedHashMap<Position, Event.Seed>();
        for (var clue : clues) {
            if (clue.event() instanceof Event.Seed seed && !derived(clue.role(), seed)) {
                int n =
                        counts.merge(
                                new Position(clue.role(), seed.generator(), 0), 1, Integer::sum);
                seeds.put(new Position(clue.role(), seed.generator(), n), seed);
            }
        }
        return seeds;
    }

    private static boolean derived(Role role, Event.Seed seed) {
        return role instanceof Role.Worker && seed.via() != null && seed.via().startsWith("torch.");
    }

    /// What needs no draw: results in the order of completion, and a hash seed that is set too
    /// late.
    private static List<Suspect> switches(List<Observed> clues) {
        var suspects = new ArrayList<Suspect>();
        for (var clue : clues) {
            switch (clue.event()) {
                case Event.Concurrent concurrent when concurrent.site() != null ->
                        suspects.addAll(concurrent(concurrent, concurrent.site(), clue.process()));
                case Event.Variable variable
                        when variable.name().equals("PYTHONHASHSEED") && variable.site() != null ->
                        suspects.add(
                                new Suspect(
                                        "LS115",
                                        Pin.everywhere("hash-seed"),
                                        List.of(
                                                new Place(
                                                        variable.site(),
                                                        null,
                                                        null,
                                                        clue.process()))));
                default -> {}
            }
        }
        return suspects;
    }

    /// What a use of threads or processes calls for: which process of a pool takes which task is a
    /// race, and so is what is ready first.
    private static List<Suspect> concurrent(Event.Concurrent seen, Site site, String process) {
        if (seen.onDevice()) {
            return List.of();
        }
        var function = Objects.requireNonNullElse(seen.function(), "");
        var order = List.of(new Place(site, null, "order", process));
        if (function.startsWith("torch.distributed.")) {
            return List.of(new Suspect("LS309", new Pin("collectives", List.of(site)), order));
        }
        var tasks = List.of(Place.ofTasks(site, process));
        var suspects = new ArrayList<Suspect>();
        if (POOLS.contains(function)) {
            suspects.add(new Suspect("LS114", Pin.everywhere("process-seed"), tasks));
        }
        if (!ORDERED_POOLS.contains(function) && !PLAIN_THREADS.contains(function)) {
            suspects.add(new Suspect("LS206", Pin.everywhere("completion-order"), order));
        }
        return suspects;
    }

    /// Where the user's own code starts threads and processes that go on beside it, as `what at
    /// file:line`.
    static List<String> concurrency(List<Observed> clues) {
        var places = new LinkedHashSet<String>();
        for (var clue : clues) {
            switch (clue.event()) {
                case Event.Concurrent seen when seen.site() != null && !seen.onDevice() ->
                        places.add(seen.function() + " at " + seen.site().text());
                case Event.Start start when start.site() != null && BESIDE.contains(start.how()) ->
                        places.add(start.how() + " at " + start.site().text());
                default -> {}
            }
        }
        return List.copyOf(places);
    }

    /// Where the user's own code has work go on beside other work on a CUDA device, as `what at
    /// file:line`.
    static List<String> onDevice(List<Observed> clues) {
        var places = new LinkedHashSet<String>();
        for (var clue : clues) {
            if (clue.event() instanceof Event.Concurrent seen
                    && seen.site() != null
                    && seen.onDevice()) {
                places.add(seen.function() + " at " + seen.site().text());
            }
        }
        return List.copyOf(places);
    }

    /// Where the user's own code starts programs that are no Python, as `shuf at file:line`.
    static List<String> programs(List<Observed> clues) {
        var places = new LinkedHashSet<String>();
        for (var clue : clues) {
            if (clue.event() instanceof Event.Start start
                    && start.site() != null
                    && !start.python()
                    && !start.argv().isEmpty()) {
                var words = start.argv().getFirst().strip().split("\\s+", 2);
                var program = words[0].substring(words[0].lastIndexOf('/') + 1);
                if (!PLAIN_PROGRAMS.contains(program)) {
                    places.add(program + " at " + start.site().text());
                }
            }
        }
        return List.copyOf(places);
    }

    private static List<Suspect> listings(List<Observed> reference, List<Observed> candidate) {
        var known = new HashMap<ListingPosition, Event.Listing>();
        listingPositions(reference).forEach(known::put);
        var places = new LinkedHashSet<Place>();
        listingPositions(candidate)
                .forEach((position, listing) -> {
                    var other = known.get(position);
                    if (other != null
                            && listing.site() != null
                            && !Objects.equals(other.order(), listing.order())) {
                        places.add(
                                new Place(
                                        listing.site(),
                                        listing.via(),
                                        "order",
                                        position.role().text()));
                    }
                });
        return places.isEmpty()
                ? List.of()
                : List.of(new Suspect("LS204", Pin.everywhere("file-order"), List.copyOf(places)));
    }

    private record ListingPosition(Role role, String path, int n) {}

    private static Map<ListingPosition, Event.Listing> listingPositions(List<Observed> clues) {
        var counts = new HashMap<ListingPosition, Integer>();
        var listings = new LinkedHashMap<ListingPosition, Event.Listing>();
        for (var clue : clues) {
            if (clue.event() instanceof Event.Listing listing) {
                int n =
                        counts.merge(
                                new ListingPosition(clue.role(), listing.path(), 0),
                                1,
                                Integer::sum);
                listings.put(new ListingPosition(clue.role(), listing.path(), n), listing);
            }
        }
        return listings;
    }

    private static List<Place> places(List<Observed> clues) {
        var places = new LinkedHashSet<Place>();
        for (var clue : clues) {
            switch (clue.event()) {
                case Event.Draw draw when draw.site() != null && draw.function() == null ->
                        places.add(Place.noticedAt(draw.site(), clue.process()));
                case Event.Draw draw when draw.site() != null ->
                        places.add(
                                new Place(draw.site(), draw.via(), draw.feeds(), clue.process()));
                case Event.Entropy entropy when entropy.site() != null ->
                        places.add(new Place(entropy.site(), entropy.via(), null, clue.process()));
                default -> {}
            }
        }
        return List.copyOf(places);
    }
}
