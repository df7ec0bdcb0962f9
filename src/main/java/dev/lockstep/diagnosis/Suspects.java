package dev.lockstep.diagnosis;

import dev.lockstep.comparison.Observed;
import dev.lockstep.event.Event;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import java.util.ArrayList;
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
/// seen in both), except where the hazard *is* the difference ([Differences]).
final class Suspects {
    /// What a loader and its samplers draw; a script whose unseeded draws are only these has an
    /// unseeded loader.
    private static final Set<String> LOADER_FEEDS = Set.of("order", "split", "workers");

    /// Generators and the pin that seeds each.
    private static final Map<String, String> GLOBAL_PINS =
            Map.of("python", "python", "numpy", "numpy", "torch", "torch", "torch.cuda", "cuda");

    private static final Map<String, String> GLOBAL_HAZARDS =
            Map.of("python", "LS101", "numpy", "LS102", "torch", "LS104", "torch.cuda", "LS105");

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

    private Suspects() {}

    /// Gives the suspects in a fixed order: by pin.
    static List<Suspect> from(List<Observed> reference, List<Observed> candidate) {
        var suspects = new TreeMap<Pin, Suspect>();
        for (var suspect : globals(both(reference, candidate))) {
            suspects.merge(suspect.pin(), suspect, Suspects::atBoth);
        }
        for (var suspect : entropy(both(reference, candidate))) {
            // Where a shared generator was given a random seed, that line is the cause of its
            // draws.
            suspects.merge(suspect.pin(), suspect, (drawn, reseeded) -> atBoth(reseeded, drawn));
        }
        for (var suspect : Differences.seeds(reference, candidate)) {
            suspects.merge(suspect.pin(), suspect, Suspects::atBoth);
        }
        for (var suspect : switches(both(reference, candidate))) {
            suspects.merge(suspect.pin(), suspect, Suspects::atBoth);
        }
        for (var suspect : Differences.listings(reference, candidate)) {
            suspects.merge(suspect.pin(), suspect, Suspects::atBoth);
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
            merged.merge(suspect.pin(), suspect, Suspects::atBoth);
        }
        return List.copyOf(merged.values());
    }

    private static Suspect atBoth(Suspect first, Suspect second) {
        return first.at(second.places());
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

    /// Whether all of a process draws from a generator, by its name in the events.
    static boolean isShared(String generator) {
        return GLOBAL_PINS.containsKey(generator);
    }

    /// Whether a library function belongs to a package of its own: not torch, NumPy or the standard
    /// library's `random`, whose functions *are* the generator.
    static boolean isPackage(@Nullable String via) {
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
