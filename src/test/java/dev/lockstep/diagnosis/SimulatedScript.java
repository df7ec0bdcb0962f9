package dev.lockstep.diagnosis;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.comparison.Observed;
import dev.lockstep.event.Event;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A script that exists as a list of what makes it part: answers as a laboratory, so that the
/// engine can be tried on thousands of combinations.
class SimulatedScript implements Laboratory {
    /// One thing that makes two runs part.
    ///
    /// @param pin the pin that takes it away
    /// @param step the step at which it shows
    /// @param clue what the agent sees of it, or null when it leaves no trace
    record Trouble(Pin pin, long step, Event.@Nullable Draw clue) {}

    private final List<Trouble> troubles;
    private final List<Event.Draw> harmless;
    private final Set<String> breaking;
    private int pairs;
    private final int mostPairs;
    private Divergence.Kind kind = Divergence.Kind.LOSS;

    SimulatedScript(
            List<Trouble> troubles,
            List<Event.Draw> harmless,
            Set<String> breaking,
            int mostPairs) {
        this.troubles = troubles;
        this.harmless = harmless;
        this.breaking = breaking;
        this.mostPairs = mostPairs;
    }

    static Event.Draw draw(String generator, String file, int line) {
        return new Event.Draw(generator, "draw", new Site(file, line, "f"), null, null, line, null);
    }

    /// The same script with something else in which its runs part first.
    SimulatedScript partingIn(Divergence.Kind other) {
        kind = other;
        return this;
    }

    int pairs() {
        return pairs;
    }

    Probe.Parted first() {
        return (Probe.Parted) pair(Conditions.pinned(Set.of()));
    }

    @Override
    public Probe pair(Conditions conditions) {
        pairs++;
        var names =
                conditions.pins().stream()
                        .map(Pin::name)
                        .collect(Collectors.toCollection(TreeSet::new));
        if (names.stream().anyMatch(breaking::contains)) {
            return new Probe.Failed("RuntimeError: not with " + breaking);
        }
        var open =
                troubles.stream()
                        .filter(trouble -> !conditions.pins().contains(trouble.pin()))
                        .min(Comparator.comparingLong(Trouble::step));
        long end = open.map(Trouble::step).orElse(Long.MAX_VALUE);
        var clues = new ArrayList<Observed>();
        harmless.forEach(draw -> clues.add(new Observed("main", new Role.Main(), 0, draw)));
        for (var trouble : troubles) {
            if (trouble.clue() != null && trouble.step() <= end) {
                clues.add(new Observed("main", new Role.Main(), 0, trouble.clue()));
            }
        }
        if (open.isPresent()) {
            return new Probe.Parted(Divergences.at(end, kind), clues, clues);
        }
        return new Probe.Agreed("run", 100, 1000, names, clues);
    }

    @Override
    public Probe again(Conditions conditions, Probe.Agreed pair) {
        return pair(conditions);
    }

    @Override
    public boolean timeLeft() {
        return pairs < mostPairs;
    }
}
