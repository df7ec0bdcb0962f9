package dev.lockstep.diagnosis;

import dev.lockstep.comparison.Divergence;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is said when no cause can be proved: how often the runs part, where they part first, and
/// what no pin reaches.
///
/// Nothing of it is a proof. It goes into the account as suspicions and notes.
final class Unexplained {
    /// How often a pair that agreed against expectation is run again before the parting is called
    /// rare.
    private static final int RARE_TRIES = 5;

    /// How many pairs at most tell a race on a device from chance.
    private static final int MOST_WAITED = 16;

    /// How many places of one kind are named.
    private static final int NAMED = 4;

    private final Divergence first;
    private final Map<String, List<Place>> read;
    private final OutOfReach outOfReach;
    private final Pairs pairs;
    private final Account account;

    /// @param first where the first pair parted
    /// @param read where a reading of the source sees a hazard, by the hazard's id
    Unexplained(
            Divergence first,
            Map<String, List<Place>> read,
            OutOfReach outOfReach,
            Pairs pairs,
            Account account) {
        this.first = first;
        this.read = read;
        this.outOfReach = outOfReach;
        this.pairs = pairs;
        this.account = account;
    }

    /// Nothing needed a pin in the end: counts how often the pair parts when it is simply run
    /// again.
    ///
    /// @param nothingDone what was done in these tries, in words
    void countAgain(String nothingDone) {
        int tries = 1;
        int parted = 1;
        while (tries <= RARE_TRIES && pairs.timeLeft()) {
            tries++;
            if (pairs.probe(Set.of()) instanceof Probe.Parted again) {
                parted++;
                account.partedUnpinned(again.divergence());
            }
        }
        account.note("The runs parted in " + parted + " of " + tries + " tries " + nothingDone);
    }

    /// Looks for what no pin can prove, and tells it.
    ///
    /// @param pinned the last pair that parted with everything pinned, or null when none did
    void tell(Probe.@Nullable Parted pinned) {
        if (pinned != null && pairs.timeLeft()) {
            outside(pinned.divergence());
        }
        if (pinned != null) {
            seen();
        }
        parameterOrder();
        programs();
        raceOnDevice();
        if (!outOfReach.beside().isEmpty()) {
            account.leaveOpen(
                    "LS206",
                    "no pin puts threads or processes that race into an order: "
                            + listed(outOfReach.beside()));
        }
    }

    /// Every pin together did not help: names the operation, if a traced pair shows one.
    private void outside(Divergence pinned) {
        account.note(
                "With every pin at once the runs still part ("
                        + Account.where(pinned)
                        + "), so the cause is none that Lockstep can pin. "
                        + pairs.counted());
        firstDifference(pinned)
                .ifPresentOrElse(
                        this::operation,
                        () ->
                                account.note(
                                        "A traced pair showed no operation with equal inputs and unequal outputs."));
    }

    private Optional<Divergence> firstDifference(Divergence pinned) {
        var found = pairs.firstOperation(account.pins(), pinned);
        if (found.isEmpty() && pairs.timeLeft()) {
            // What parts now and then with pins may part each time without them.
            return pairs.firstOperation(Set.of(), first).filter(Divergence::ofVaryingOperation);
        }
        return found;
    }

    private void operation(Divergence found) {
        var name = String.valueOf(found.name());
        var place = Objects.requireNonNull(found.site()).text();
        if (name.startsWith("outside torch")) {
            account.note(
                    "In a traced pair the data first differs when it comes from "
                            + name
                            + ", at "
                            + place
                            + ".");
        } else if (!found.ofVaryingOperation()) {
            orders();
            account.note(
                    "In a traced pair the first operation that differs is "
                            + name
                            + " at "
                            + place
                            + ": what goes into it differs already, in its order or as no operation of torch made it.");
        } else {
            account.leaveOpen(
                    "LS303",
                    "the first operation with equal inputs and unequal outputs is "
                            + name
                            + " at "
                            + place);
        }
    }

    /// Names the orders of sets that the source shows: that of plain objects is the order of their
    /// addresses.
    private void orders() {
        var orders = read.getOrDefault("LS107", List.of());
        if (!orders.isEmpty()) {
            account.leaveOpen(
                    "LS107",
                    "no pin fixes the addresses that plain objects in a set are ordered by: "
                            + listed(orders.stream().map(Place::text).toList()));
        }
    }

    /// Names what the runs showed, though the runs part with it pinned too: something else parts
    /// them, and this may do so beside it.
    private void seen() {
        for (var suspect : account.undecided()) {
            if (!suspect.places().isEmpty()) {
                account.leaveOpen(
                        suspect.hazard(),
                        "seen, and with its pin the runs still part, so that it is not all: "
                                + listed(suspect.places().stream().map(Place::text).toList()));
            }
        }
    }

    private void parameterOrder() {
        if (first.ofParameterOrder()) {
            account.leaveOpen(
                    "LS107",
                    "the parameters come in another order, as from a set of them, which their addresses"
                            + " order: no pin fixes those; take them in the order of the model");
        }
    }

    private void programs() {
        if (!outOfReach.programs().isEmpty()) {
            account.leaveOpen(
                    "LS114",
                    "no pin reaches what other programs draw: " + listed(outOfReach.programs()));
        }
    }

    /// Whether runs agree once nothing on the device goes on beside anything else, and part without
    /// that, whatever else is pinned. Says how often; where the wait is missing only a person can
    /// tell.
    private void raceOnDevice() {
        if (!outOfReach.device()) {
            return;
        }
        var pins = account.pins();
        var waiting = new TreeSet<>(pins);
        waiting.add(Pins.STREAMS);
        var places = new LinkedHashSet<>(outOfReach.onDevice());
        var seen = new Separation(0, 0, 0);
        while (!seen.clear() && seen.tries() < MOST_WAITED && pairs.timeLeft()) {
            if (seen.pinned() == 0 || seen.needsPinned()) {
                if (!(pairs.probe(waiting) instanceof Probe.Agreed agreed)) {
                    return;
                }
                places.addAll(OutOfReach.of(agreed.clues()).onDevice());
                seen = seen.withPinned();
            } else {
                var probe = pairs.probe(pins);
                if (probe instanceof Probe.Failed) {
                    break;
                }
                seen = seen.without(probe instanceof Probe.Parted);
            }
        }
        if (seen.parted() > 0) {
            account.leaveOpen(
                    "LS310",
                    "when all work on the device is waited for, none of "
                            + seen.pinned()
                            + " tries parted; without that, "
                            + seen.parted()
                            + " of "
                            + (seen.parted() + seen.agreed())
                            + (seen.clear() ? "" : ", too few to tell it from chance")
                            + (places.isEmpty() ? "" : ": " + listed(places)));
        }
    }

    private static String listed(Collection<String> places) {
        return places.stream().limit(NAMED).collect(Collectors.joining(", "));
    }
}
