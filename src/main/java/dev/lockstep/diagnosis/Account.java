package dev.lockstep.diagnosis;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.diagnosis.Explanation.Agreement;
import dev.lockstep.diagnosis.Explanation.Proved;
import dev.lockstep.diagnosis.Explanation.Rejected;
import dev.lockstep.diagnosis.Explanation.Untried;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The account of a search: who is suspected, what was ruled out, what was not tried, and what else
/// is to be said.
///
/// It runs nothing. Whoever finds something out writes it down here, in the order in which the
/// reader gets it.
final class Account {
    private final Map<Pin, Suspect> suspects = new TreeMap<>();
    private final SortedSet<Pin> evidenced = new TreeSet<>();
    private final SortedSet<Pin> failing = new TreeSet<>();
    private final Map<Pin, Rejected> rejected = new LinkedHashMap<>();
    private final List<Untried> untried = new ArrayList<>();
    private final List<Divergence> unpinned = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /// Begins with where the first pair parted.
    Account(Divergence first) {
        unpinned.add(first);
    }

    /// Takes suspects up, each in place of what was known of its pin.
    void suspect(List<Suspect> given) {
        given.forEach(one -> suspects.put(one.pin(), one));
    }

    /// Takes suspects up, beside what is known of their pins.
    void learn(List<Suspect> more) {
        suspect(Suspects.merge(List.copyOf(suspects.values()), more));
    }

    /// Takes up what the runs of a pair show.
    void learnFrom(Probe.Parted parted) {
        var called = Suspects.from(parted.reference(), parted.candidate());
        called.forEach(suspect -> evidenced.add(suspect.pin()));
        learn(called);
    }

    /// The pins of all suspects, but those under which the script fails.
    SortedSet<Pin> pins() {
        var pins = new TreeSet<>(suspects.keySet());
        pins.removeAll(failing);
        return pins;
    }

    /// Whether a run showed something that calls for the pin.
    boolean evidenced(Pin pin) {
        return evidenced.contains(pin);
    }

    /// Whether a pin holds nothing but seeds that packages give generators of their own.
    boolean ofPackage(Pin pin) {
        return pin.ofSeeds() && of(pin).places().stream().allMatch(Place::isOfPackage);
    }

    /// What is known of a pin.
    Suspect of(Pin pin) {
        return suspects.getOrDefault(pin, new Suspect("LS303", pin, List.of()));
    }

    /// The hazard that a pin stands for.
    String hazard(Pin pin) {
        return of(pin).hazard();
    }

    /// A pin is no cause, for this reason.
    void ruleOut(Pin pin, String why) {
        rejected.put(pin, new Rejected(of(pin), why));
    }

    /// None of these pins is ruled out any more.
    void reconsider(Collection<Pin> pins) {
        rejected.keySet().removeAll(pins);
    }

    /// The pins that are ruled out, in the order in which they were.
    List<Pin> ruledOut() {
        return List.copyOf(rejected.keySet());
    }

    /// What the runs showed and nobody proved, ruled out or left open.
    List<Suspect> undecided() {
        return evidenced.stream()
                .filter(pin -> !rejected.containsKey(pin) && !failing.contains(pin))
                .map(this::of)
                .filter(suspect ->
                        untried.stream().noneMatch(one -> one.hazard().equals(suspect.hazard())))
                .toList();
    }

    /// A hazard may be a cause, and this is why it cannot be told.
    void leaveOpen(String hazard, String why) {
        untried.add(new Untried(hazard, why));
    }

    /// The same of the hazard that a pin stands for.
    void leaveOpen(Pin pin, String why) {
        leaveOpen(hazard(pin), why);
    }

    /// The script fails under a pin, so that it is tried no more.
    void leaveOutFailing(Pin pin, String why) {
        failing.add(pin);
        leaveOpen(pin, why);
    }

    /// A pair with nothing pinned parted here.
    void partedUnpinned(Divergence divergence) {
        unpinned.add(divergence);
    }

    /// A sentence for the reader.
    void note(String sentence) {
        notes.add(sentence);
    }

    /// The person has ended the search: what that means for the causes.
    void noteInterruption(List<Proved> causes, @Nullable Agreement proof) {
        note(
                "The search for causes was interrupted"
                        + (causes.isEmpty()
                                ? " before one was proved."
                                : proof != null
                                        ? "."
                                        : ": each cause named was proved before, others may be there."));
    }

    /// All of it, with the causes.
    Explanation with(Collection<Proved> causes, @Nullable Agreement proof) {
        var ordered =
                causes.stream()
                        .sorted(
                                Comparator.comparingLong((Proved cause) -> cause.without().step())
                                        .thenComparing(cause -> cause.suspect().hazard()))
                        .toList();
        var places = unpinned.stream().map(Account::where).distinct().toList();
        if (places.size() > 1) {
            note(
                    "The runs part at a different place each time: "
                            + String.join("; ", places)
                            + ".");
        }
        return new Explanation(
                ordered, List.copyOf(rejected.values()), untried, proof, unpinned, notes);
    }

    /// Where runs parted, in words.
    static String where(Divergence divergence) {
        var site = divergence.site();
        return "step "
                + divergence.step()
                + ", "
                + divergence.kind().words()
                + (divergence.name() == null ? "" : " " + divergence.name())
                + (site == null ? "" : " at " + site.text());
    }
}
