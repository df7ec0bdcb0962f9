package dev.lockstep.comparison;

import dev.lockstep.comparison.Divergence.Detail;
import dev.lockstep.comparison.Divergence.Kind;
import dev.lockstep.event.Event;
import dev.lockstep.event.EventSource;
import dev.lockstep.event.Item;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Two processes that belong together: reads both in step and gives where their evidence parts.
///
/// Both sides are read evenly, so that a live run and a record that was finished long ago take the
/// same path and memory stays bounded. Equal bytes are equal events and are not decoded.
final class ProcessPair {
    /// When this much evidence waits for its counterpart on each side, it will not come.
    private static final int WINDOW = 512;

    /// After so many fruitless calls the tensor that differs stays without a name.
    private static final int PATIENCE = 40;

    /// One side's evidence stops without the process having ended by itself.
    ///
    /// @param side the shorter side
    /// @param stopped at the step limit; else it was killed or its record was cut short
    /// @param unequal the other side holds evidence beyond
    record Cut(ProcessSide side, boolean stopped, boolean unequal) {}

    /// A difference with its place in the run.
    ///
    /// @param position the number of the event among its process's evidence, where it came later
    record Found(long step, long position, Difference difference) {}

    final ProcessSide reference;
    final ProcessSide candidate;
    private final String text;

    private @Nullable ProcessSide heldBy;
    private @Nullable Item held;
    private long heldLane;
    private long heldPosition;
    private long heldStep;

    private @Nullable Found found;
    private @Nullable Found naming;
    private int fruitless;
    private final Map<Long, Found> initial = new HashMap<>();

    private final Map<Long, Long> parameters = new HashMap<>();
    private final Map<Long, Integer> batchLeaves = new HashMap<>();
    private long steps;
    private long batches;
    private long events;
    private long tensors;
    private long statesAgreed;
    private final Map<LastBatch, Long> lastBatches = new LinkedHashMap<>();

    /// Parts of the run that only one side holds, so that its absence is no difference.
    private @Nullable Cut cut;

    private boolean finished;

    ProcessPair(ProcessSide reference, ProcessSide candidate, String text) {
        this.reference = reference;
        this.candidate = candidate;
        this.text = text;
    }

    String text() {
        return text;
    }

    Role role() {
        return reference.role();
    }

    @Nullable Found found() {
        return found;
    }

    boolean finished() {
        return finished;
    }

    /// Whether a step limit ended it.
    boolean limited() {
        return finished && (reference.limit != null || candidate.limit != null);
    }

    long steps() {
        return steps;
    }

    long batches() {
        return batches;
    }

    long events() {
        return events;
    }

    long tensors() {
        return tensors;
    }

    /// The last batches that were not full, and equal, each of no pass, and in how many passes.
    Map<LastBatch, Long> lastBatches() {
        return lastBatches;
    }

    /// Says which side stops early without that being a difference, or null.
    @Nullable Cut cut() {
        return cut;
    }

    /// Takes a difference that still waits for more events as it is.
    void stop() {
        if (found == null && naming != null) {
            found = naming;
        }
        if (found == null && !initial.isEmpty()) {
            found = earliest(initial);
        }
    }

    /// Reads and compares at most so much evidence; gives how much was read.
    ///
    /// @param orderly says of a side that ended without saying so that it ended by itself
    int pump(int quota, Predicate<ProcessSide> orderly) throws IOException {
        int read = 0;
        if (unmatchable()) {
            read = readOn(quota);
            finished = reference.ended && candidate.ended;
            return read;
        }
        if (finished && cut != null) {
            // Whether the longer side comes to its step limit is still to be learnt.
            return readOn(quota);
        }
        while (read < quota && found == null && !finished) {
            if (reference.ended && candidate.ended) {
                settle();
                finish(orderly);
                break;
            }
            ProcessSide side =
                    candidate.ended
                            ? reference
                            : reference.ended || candidate.evidence < reference.evidence
                                    ? candidate
                                    : reference;
            if (side == heldBy) {
                settle();
            }
            EventSource.Next next = side.next();
            switch (next) {
                case EventSource.NothingYet _ -> {
                    if (naming != null && ++fruitless > PATIENCE) {
                        found = naming;
                    }
                    return read;
                }
                case EventSource.Ended _ -> {}
                case Item item -> {
                    read++;
                    accept(side, item);
                }
            }
            if (found == null && naming == null) {
                checkUnmatched(orderly);
            }
        }
        return read;
    }

    /// Whether two processes of a pool did different things: which of them takes which task is a
    /// race, so that this is no difference between the runs.
    boolean unmatchable() {
        return found != null && role().pooled();
    }

    /// Reads on for what explains; the evidence is not compared any more.
    private int readOn(int quota) throws IOException {
        int read = 0;
        for (ProcessSide side : List.of(reference, candidate)) {
            while (read < quota && !side.ended && side.next() instanceof Item) {
                read++;
            }
        }
        return read;
    }

    private ProcessSide other(ProcessSide side) {
        return side == reference ? candidate : reference;
    }

    private void accept(ProcessSide side, Item item) throws IOException {
        long lane = Evidence.lane(item);
        if (naming != null) {
            name(side, item, lane);
            return;
        }
        Item counterpart = held;
        if (counterpart != null && heldBy != side && reference.waiting + candidate.waiting == 0) {
            if (counterpart.sameBytes(item)) {
                equal(item);
                held = null;
                heldBy = null;
                return;
            }
            if (heldLane == lane) {
                held = null;
                heldBy = null;
                match(side, item, counterpart, Math.max(heldPosition, side.evidence), heldStep);
                return;
            }
        }
        settle();
        ProcessSide.Pending waiting = other(side).take(lane);
        if (waiting != null) {
            boolean own = side == reference;
            match(
                    side,
                    item,
                    waiting.item(),
                    Math.max(side.evidence, waiting.position()),
                    own ? stepOf(side, item) : waiting.step());
        } else if (reference.waiting + candidate.waiting == 0) {
            held = item;
            heldBy = side;
            heldLane = lane;
            heldPosition = side.evidence;
            heldStep = stepOf(side, item);
        } else {
            side.keep(lane, item.kept(), side.evidence, stepOf(side, item));
        }
    }

    /// The step that an event belongs to: a step's own number, else the steps made before it.
    private static long stepOf(ProcessSide side, Item item) {
        return switch (item.kind()) {
            case "step" -> side.steps - 1;
            case "leaves" -> Math.max(0, side.steps - 1);
            default -> side.steps;
        };
    }

    /// Copies the event that was only looked at, because its reader moves on.
    private void settle() {
        if (held != null && heldBy != null) {
            heldBy.keep(heldLane, held.kept(), heldPosition, heldStep);
        }
        held = null;
        heldBy = null;
    }

    private void match(ProcessSide side, Item item, Item counterpart, long position, long step)
            throws IOException {
        if (item.sameBytes(counterpart)) {
            equal(item);
            return;
        }
        Event left = (side == reference ? item : counterpart).event();
        Event right = (side == reference ? counterpart : item).event();
        Difference difference = Evidence.compare(left, right, this::seededAlike);
        if (difference == null) {
            equal(item);
            return;
        }
        if (difference.site() == null) {
            Site site = reference.site(left);
            if (site == null) {
                site = candidate.site(right);
            }
            difference =
                    new Difference(
                            difference.kind(),
                            difference.name(),
                            site,
                            difference.reference(),
                            difference.candidate(),
                            difference.details(),
                            difference.leavesOf(),
                            difference.worker());
        }
        if (left instanceof Event.Leaves leaves && difference.name() == null) {
            difference = nameByIndex(difference, left, right, leaves.optimizer());
        }
        Found place = new Found(step, position, difference);
        if (left instanceof Event.OptimizerMade made
                && right instanceof Event.OptimizerMade other
                && made.shapes().equals(other.shapes())) {
            // Weights that are loaded before the first step make initial values irrelevant.
            initial.putIfAbsent(made.optimizer(), place);
            parameters.put(made.optimizer(), made.parameters());
            return;
        }
        if (!initial.isEmpty()) {
            Found first = earliest(initial);
            if (first.position() < place.position()) {
                found = first;
                return;
            }
        }
        if (difference.leavesOf() != null) {
            naming = place;
            fruitless = 0;
            return;
        }
        conclude(place);
    }

    private static Found earliest(Map<Long, Found> places) {
        Found earliest = null;
        for (Found place : places.values()) {
            if (earliest == null || place.position() < earliest.position()) {
                earliest = place;
            }
        }
        return Objects.requireNonNull(earliest);
    }

    /// A difference in content was found. Evidence that has waited longer, in a process of one
    /// thread, means that the runs took different ways before.
    private void conclude(Found place) throws IOException {
        if (!reference.threads && !candidate.threads) {
            ProcessSide.Pending left = reference.oldest();
            ProcessSide.Pending right = candidate.oldest();
            ProcessSide.Pending oldest =
                    left == null || right != null && right.position() < left.position()
                            ? right
                            : left;
            if (oldest != null && oldest.position() < place.position()) {
                found = unmatched(oldest, oldest == left ? reference : candidate);
                return;
            }
        }
        found = place;
    }

    /// Reads on until the leaves after a step name the tensor that differs.
    private void name(ProcessSide side, Item item, long lane) throws IOException {
        Found place = Objects.requireNonNull(naming);
        if (!item.kind().equals("leaves")) {
            // The next event of the process: no leaves were kept at this step.
            if (++fruitless > 4) {
                conclude(place);
            }
            return;
        }
        if (held == null) {
            held = item.kept();
            heldBy = side;
            heldLane = lane;
            return;
        }
        if (heldBy == side || !held.kind().equals("leaves")) {
            conclude(place);
            return;
        }
        Event left = (side == reference ? item : held).event();
        Event right = (side == reference ? held : item).event();
        Long optimizer = place.difference().leavesOf();
        held = null;
        heldBy = null;
        conclude(
                new Found(
                        place.step(),
                        place.position(),
                        nameByIndex(
                                place.difference(),
                                left,
                                right,
                                optimizer == null ? 0 : optimizer)));
    }

    private Difference nameByIndex(Difference difference, Event left, Event right, long optimizer) {
        if (!(left instanceof Event.Leaves leftLeaves)
                || !(right instanceof Event.Leaves rightLeaves)) {
            return difference;
        }
        boolean gradients = difference.kind() == Kind.GRADIENT;
        return difference.narrowed(
                gradients ? leftLeaves.gradients() : leftLeaves.parameters(),
                gradients ? rightLeaves.gradients() : rightLeaves.parameters(),
                reference.parameterNames(optimizer));
    }

    /// Whether both runs gave a generator the same seed, so that its states can be compared.
    private boolean seededAlike(String generator) {
        Event.Seed left = reference.lastSeed(generator);
        Event.Seed right = candidate.lastSeed(generator);
        if (left == null || right == null) {
            return left == right;
        }
        return left.fixes() && right.fixes() && left.args().equals(right.args());
    }

    private void equal(Item item) throws IOException {
        if (item.kind().equals("generators")
                && item.fields().get("generators") instanceof Map<?, ?> states
                && states.isEmpty()) {
            // Nothing was seeded: that both say so compares nothing.
            return;
        }
        events++;
        switch (item.kind()) {
            case "step" -> {
                steps++;
                long optimizer = item.integer("optimizer", 0);
                long count = parameters.getOrDefault(optimizer, 1L);
                boolean whole = item.has("parameters");
                tensors +=
                        (item.has("loss") ? 1 : 0)
                                + (item.has("gradients") ? count : 0)
                                + (whole ? count : 0);
                if (whole && !initial.isEmpty()) {
                    initial.remove(optimizer);
                }
            }
            case "batch" -> {
                batches++;
                long loader = item.integer("loader", 0);
                int leaves = item.size("leaves");
                if (leaves > 0) {
                    batchLeaves.put(loader, leaves);
                }
                if (item.has("content")) {
                    tensors += leaves > 0 ? leaves : batchLeaves.getOrDefault(loader, 1);
                }
                long real = item.integer("real", -1);
                if (real >= 0) {
                    last(loader, item.integer("size", 0), real);
                }
            }
            case "optimizer" -> {
                long count = item.integer("parameters", 0);
                parameters.put(item.integer("optimizer", 0), count);
                tensors += item.has("content") ? count : 0;
            }
            case "backward" -> tensors += item.has("loss") ? 1 : 0;
            case "save", "state" -> {
                if (item.has("content")) {
                    tensors += Math.max(1, item.size("leaves"));
                    statesAgreed++;
                }
            }
            case "operation" -> tensors += item.size("outputs");
            default -> {}
        }
    }

    private void last(long loader, long samples, long real) {
        Event.Loader known = reference.loader(loader);
        if (known != null && known.batchSize() != null) {
            lastBatches.merge(
                    new LastBatch(known.site(), samples, known.batchSize(), real, 0),
                    1L,
                    Long::sum);
        }
    }

    /// Finds evidence of one side that the other will never have.
    private void checkUnmatched(Predicate<ProcessSide> orderly) throws IOException {
        if (reference.waiting > WINDOW && candidate.waiting > WINDOW) {
            ProcessSide.Pending left = Objects.requireNonNull(reference.oldest());
            ProcessSide.Pending right = Objects.requireNonNull(candidate.oldest());
            boolean inReference = left.position() <= right.position();
            found = unmatched(inReference ? left : right, inReference ? reference : candidate);
            return;
        }
        for (ProcessSide side : List.of(reference, candidate)) {
            ProcessSide longer = other(side);
            if (!side.ended || longer.waiting + (heldBy == longer ? 1 : 0) == 0) {
                continue;
            }
            if (heldBy == longer) {
                settle();
            }
            if (side.limit != null) {
                // The longer side may be about to reach the same limit.
                if (longer.limit == null && (longer.ended || longer.steps > side.steps)) {
                    cut = new Cut(side, true, true);
                }
                finished = cut != null || longer.limit != null;
                return;
            }
            if (side.end == null && (!orderly.test(side) || role() instanceof Role.Child)) {
                // A child without an end was ended by another process, at a moment of its own.
                cut = new Cut(side, false, side.workWaits() || longer.workWaits());
                finished = true;
                return;
            }
            ProcessSide.Pending oldest = longer.oldest();
            if (oldest != null) {
                found = unmatched(oldest, longer);
                return;
            }
        }
    }

    private Found unmatched(ProcessSide.Pending pending, ProcessSide side) throws IOException {
        Event event = pending.item().event();
        if (!initial.isEmpty()) {
            return earliest(initial);
        }
        ProcessSide shorter = other(side);
        boolean inReference = side == reference;
        String has = Evidence.describe(event);
        Event.End end = shorter.ended ? shorter.end : null;
        String lacks = end == null ? "none" : "ended: " + Evidence.ending(end);
        boolean failed = end != null && Evidence.status(end) != 0;
        Site site = failed && end != null && end.site() != null ? end.site() : side.site(event);
        return new Found(
                pending.step(),
                pending.position(),
                Difference.of(
                                failed ? Kind.EXIT : Kind.LENGTH,
                                site,
                                inReference ? has : lacks,
                                inReference ? lacks : has,
                                List.of(
                                        new Detail(
                                                "next",
                                                inReference ? has : lacks,
                                                inReference ? lacks : has)))
                        .named(end != null && failed ? end.exception() : null));
    }

    private void finish(Predicate<ProcessSide> orderly) throws IOException {
        if (naming != null) {
            conclude(naming);
            return;
        }
        checkUnmatched(orderly);
        if (found != null) {
            return;
        }
        if (!initial.isEmpty() && statesAgreed == 0) {
            found = earliest(initial);
            return;
        }
        for (ProcessSide side : List.of(reference, candidate)) {
            if (cut == null && side.limit == null && side.end == null && !orderly.test(side)) {
                cut = new Cut(side, false, false);
            }
        }
        finished = true;
    }
}
