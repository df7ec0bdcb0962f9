package dev.lockstep.diagnosis;

import dev.lockstep.comparison.Observed;
import dev.lockstep.event.Event;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// The evidence that *is* a difference between two runs: a seed with another value, a listing in
/// another order.
///
/// What happened in one run is compared with what happened in its place in the other: the n-th of
/// its kind in the same process.
final class Differences {
    private Differences() {}

    /// Seeds whose value differs between the runs. Those that a loader derives for its workers
    /// follow from the main process and are no evidence of their own.
    static List<Suspect> seeds(List<Observed> reference, List<Observed> candidate) {
        var known = positions(reference);
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
                                seed.site(), place(seed, seed.site(), position.role().text()));
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

    private static Place place(Event.Seed seed, Site site, String process) {
        var via = seed.via();
        return via != null && Suspects.isPackage(via) && !Suspects.isShared(seed.generator())
                ? Place.ofPackage(site, via, process)
                : new Place(site, via, null, process);
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

    /// Listings of one folder whose order differs between the runs.
    static List<Suspect> listings(List<Observed> reference, List<Observed> candidate) {
        var known = listingPositions(reference);
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

    /// The n-th listing of one folder in one process.
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
}
