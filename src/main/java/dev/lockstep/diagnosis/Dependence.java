package dev.lockstep.diagnosis;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.comparison.Observed;
import dev.lockstep.diagnosis.Conditions.TraceWindow;
import dev.lockstep.diagnosis.Explanation.Proved;
import dev.lockstep.diagnosis.Explanation.Rejected;
import dev.lockstep.diagnosis.Explanation.Untried;
import dev.lockstep.event.Event;
import dev.lockstep.event.Site;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes factors, gives those that the result depends on: the candidate differs from the reference
/// in one factor at a time.
///
/// Two launches on one machine cannot show what only another machine would; a pair that agrees, and
/// parts when one factor alone is changed, proves that the result depends on that factor.
public final class Dependence {
    private final Set<Pin> pins;
    private final Map<String, List<Place>> read;
    private final Laboratory laboratory;
    private final List<Proved> proved = new ArrayList<>();
    private final List<Rejected> rejected = new ArrayList<>();
    private final List<Untried> untried = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private Dependence(Set<Pin> pins, Map<String, List<Place>> read, Laboratory laboratory) {
        this.pins = Set.copyOf(pins);
        this.read = Map.copyOf(read);
        this.laboratory = laboratory;
    }

    /// Tries each factor.
    ///
    /// @param pins those under which a pair agrees when no factor is changed
    /// @param read where a reading of the source sees a hazard, by the hazard's id
    public static Explanation on(
            List<Factor> factors,
            Set<Pin> pins,
            Map<String, List<Place>> read,
            Laboratory laboratory) {
        var dependence = new Dependence(pins, read, laboratory);
        factors.forEach(dependence::vary);
        return new Explanation(
                dependence.proved,
                dependence.rejected,
                dependence.untried,
                null,
                List.of(),
                dependence.notes);
    }

    private void vary(Factor factor) {
        if (factor == Factor.WORKING_DIRECTORY) {
            rejected.add(
                    new Rejected(
                            new Suspect(
                                    factor.hazard(), Pin.everywhere(factor.option()), List.of()),
                            "every run has a folder of its own, and they agree"));
            return;
        }
        if (!laboratory.timeLeft()) {
            untried.add(
                    new Untried(factor.hazard(), "no time was left to vary " + factor.option()));
            return;
        }
        var conditions = Conditions.pinned(pins).varying(factor);
        switch (laboratory.pair(conditions)) {
            case Probe.Agreed _ ->
                    rejected.add(
                            new Rejected(
                                    new Suspect(
                                            factor.hazard(),
                                            Pin.everywhere(factor.option()),
                                            List.of()),
                                    "agrees when " + factor.option() + " differs"));
            case Probe.Failed failed ->
                    untried.add(
                            new Untried(
                                    factor.hazard(),
                                    "the script fails when "
                                            + factor.option()
                                            + " differs: "
                                            + failed.reason()));
            case Probe.Parted _ when !repeats(conditions) ->
                    untried.add(
                            new Untried(
                                    factor.hazard(),
                                    "the runs parted when "
                                            + factor.option()
                                            + " differed, and not each time, or without it too: that is no proof"));
            case Probe.Parted parted -> {
                proved.add(
                        new Proved(
                                new Suspect(
                                        factor.hazard(),
                                        factor.pin().orElse(Pin.everywhere(factor.option())),
                                        places(factor, conditions, parted)),
                                parted.divergence()));
                notes.add(
                        "The result depends on "
                                + factor.option()
                                + ": with nothing else changed the runs part at step "
                                + parted.divergence().step()
                                + ".");
            }
        }
    }

    /// Whether a second pair parts too, and one in which the factor does not differ agrees: a race
    /// parts now and then whatever differs.
    private boolean repeats(Conditions conditions) {
        return laboratory.timeLeft()
                && laboratory.pair(conditions) instanceof Probe.Parted
                && laboratory.timeLeft()
                && laboratory.pair(Conditions.pinned(pins)) instanceof Probe.Agreed;
    }

    private List<Place> places(Factor factor, Conditions conditions, Probe.Parted parted) {
        var places = new LinkedHashSet<Place>();
        switch (factor) {
            case FILE_ORDER -> {
                for (var clue : parted.reference()) {
                    if (clue.event() instanceof Event.Listing listing && !listing.sorted()) {
                        add(places, listing.site(), listing.via(), "order", clue);
                    }
                }
            }
            case WORKERS -> {
                for (var clue : parted.reference()) {
                    if (clue.event() instanceof Event.Loader loader && loader.workers() > 0) {
                        add(places, loader.site(), null, "workers", clue);
                    }
                }
            }
            case THREADS -> operation(conditions, parted.divergence(), places);
            case HASH_SEED, LOAD, TIME_ZONE, WORKING_DIRECTORY -> {}
        }
        if (places.isEmpty()) {
            places.addAll(read.getOrDefault(factor.hazard(), List.of()));
        }
        var site = parted.divergence().site();
        if (places.isEmpty() && site != null) {
            places.add(new Place(site, null, null, parted.divergence().process()));
        }
        return List.copyOf(places);
    }

    /// Where the first operation stands that gives unequal outputs from equal inputs.
    private void operation(Conditions conditions, Divergence divergence, Set<Place> places) {
        long step = Math.max(0, divergence.step());
        if (laboratory.timeLeft()
                && laboratory.pair(conditions.tracing(new TraceWindow(step, step)))
                        instanceof Probe.Parted traced
                && traced.divergence().ofVaryingOperation()) {
            places.add(
                    new Place(
                            Objects.requireNonNull(traced.divergence().site()),
                            traced.divergence().name(),
                            null,
                            traced.divergence().process()));
        }
    }

    private static void add(
            Set<Place> places,
            @Nullable Site site,
            @Nullable String via,
            String feeds,
            Observed clue) {
        if (site != null) {
            places.add(new Place(site, via, feeds, clue.process()));
        }
    }
}
