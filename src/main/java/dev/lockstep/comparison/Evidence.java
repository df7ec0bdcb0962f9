package dev.lockstep.comparison;

import dev.lockstep.comparison.Divergence.Detail;
import dev.lockstep.comparison.Divergence.Kind;
import dev.lockstep.event.Event;
import dev.lockstep.event.Fingerprint;
import dev.lockstep.event.Item;
import dev.lockstep.event.Leaf;
import dev.lockstep.event.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Says which events are evidence, which of them must come in one order, and how two of them
/// differ.
///
/// Evidence comes in *lanes*: batches of one iterator, steps of one optimizer, checkpoints, and so
/// on. Within a lane the order counts; between lanes it does not, because a thread that loads
/// batches may run a little ahead in one run.
final class Evidence {
    /// The lane of events that are no evidence.
    static final long NONE = -1;

    private static final long BATCH = 1L << 56;
    private static final long STEP = 2L << 56;
    private static final long OPTIMIZER = 3L << 56;
    private static final long BACKWARD = 4L << 56;
    private static final long SAVE = 5L << 56;
    private static final long STATE = 6L << 56;
    private static final long GENERATORS = 7L << 56;
    private static final long OPERATION = 8L << 56;
    private static final long END = 9L << 56;
    private static final long SAVE_BESIDE = 10L << 56;

    private Evidence() {}

    /// Gives the lane of an event, or {@link #NONE}.
    static long lane(Item item) {
        return switch (item.kind()) {
            case "batch" ->
                    BATCH
                            | (item.integer("loader", 0) & 0xfffffff) << 28
                            | item.integer("iterator", 0) & 0xfffffff;
            case "step", "leaves" -> STEP | item.integer("optimizer", 0) & 0xfffffff;
            case "optimizer" -> OPTIMIZER;
            case "backward" -> BACKWARD;
            case "save" -> item.flag("beside") ? SAVE_BESIDE | content(item) : SAVE;
            case "state" -> STATE;
            case "generators" -> GENERATORS;
            case "operation" -> OPERATION;
            case "end" -> END;
            default -> NONE;
        };
    }

    /// A lane for each content: threads that save beside each other do so in any order.
    private static long content(Item item) {
        return Arrays.hashCode(item.raw("content")) & 0xffffffffL;
    }

    /// Whether a process says such events only when it ends by itself, so that one that was ended
    /// by another lacks them.
    static boolean atExit(long lane) {
        return lane == STATE || lane == GENERATORS || lane == END;
    }

    /// Gives how two events of one lane differ, or null when their evidence is equal.
    ///
    /// @param comparable says of a generator's name whether both runs seeded it alike
    static @Nullable Difference compare(
            Event reference, Event candidate, Predicate<String> comparable) {
        if (reference instanceof Event.Batch left && candidate instanceof Event.Batch right) {
            return batch(left, right);
        }
        if (reference instanceof Event.Step left && candidate instanceof Event.Step right) {
            return step(left, right, comparable);
        }
        if (reference instanceof Event.Leaves left && candidate instanceof Event.Leaves right) {
            return leaves(left, right);
        }
        if (reference instanceof Event.OptimizerMade left
                && candidate instanceof Event.OptimizerMade right) {
            return optimizer(left, right);
        }
        if (reference instanceof Event.Backward left && candidate instanceof Event.Backward right) {
            return Objects.equals(left.loss(), right.loss())
                    ? null
                    : Difference.of(
                            Kind.LOSS,
                            left.site(),
                            hex(left.loss()),
                            hex(right.loss()),
                            values("loss", left.value(), right.value()));
        }
        if (reference instanceof Event.Save left && candidate instanceof Event.Save right) {
            return save(left, right);
        }
        if (reference instanceof Event.State left && candidate instanceof Event.State right) {
            return state(left, right);
        }
        if (reference instanceof Event.Generators left
                && candidate instanceof Event.Generators right) {
            return generators(left.generators(), right.generators(), comparable, null);
        }
        if (reference instanceof Event.Operation left
                && candidate instanceof Event.Operation right) {
            return operation(left, right);
        }
        if (reference instanceof Event.End left && candidate instanceof Event.End right) {
            return end(left, right);
        }
        return Difference.of(
                Kind.LENGTH,
                site(reference),
                describe(reference),
                describe(candidate),
                List.of(new Detail("event", describe(reference), describe(candidate))));
    }

    private static @Nullable Difference batch(Event.Batch left, Event.Batch right) {
        boolean content = differ(left.content(), right.content());
        boolean order =
                left.order() != null && right.order() != null
                        ? !left.order().equals(right.order())
                        : left.indices() != null
                                && right.indices() != null
                                && !left.indices().equals(right.indices());
        boolean size =
                left.size() != null && right.size() != null && !left.size().equals(right.size());
        if (!content && !order && !size) {
            return null;
        }
        List<Detail> details = new ArrayList<>();
        if (left.indices() != null && right.indices() != null) {
            details.add(new Detail("samples", samples(left.indices()), samples(right.indices())));
        }
        if (size) {
            details.add(
                    new Detail("size", String.valueOf(left.size()), String.valueOf(right.size())));
        }
        boolean byOrder = !content && order;
        return Difference.of(
                        Kind.BATCH,
                        null,
                        hex(byOrder ? left.order() : left.content()),
                        hex(byOrder ? right.order() : right.content()),
                        details)
                .narrowed(
                        content ? left.leaves() : List.of(),
                        content ? right.leaves() : List.of(),
                        List.of())
                .madeBy(left.worker());
    }

    private static @Nullable Difference step(
            Event.Step left, Event.Step right, Predicate<String> comparable) {
        List<Detail> values = values("loss", left.value(), right.value());
        if (!Objects.equals(left.scale(), right.scale())) {
            // The loss that goes backward is multiplied with it.
            return Difference.of(
                    Kind.SCALE,
                    left.site(),
                    String.valueOf(left.scale()),
                    String.valueOf(right.scale()),
                    List.of());
        }
        if (!Objects.equals(left.loss(), right.loss())) {
            return Difference.of(
                    Kind.LOSS, left.site(), hex(left.loss()), hex(right.loss()), values);
        }
        if (!Objects.equals(left.gradients(), right.gradients())) {
            return Difference.of(
                            Kind.GRADIENT,
                            left.site(),
                            hex(left.gradients()),
                            hex(right.gradients()),
                            values)
                    .followedByLeaves(left.optimizer());
        }
        Difference generator =
                generators(left.generators(), right.generators(), comparable, left.site());
        if (generator != null) {
            return generator;
        }
        if (!left.lr().equals(right.lr())) {
            return Difference.of(
                    Kind.LEARNING_RATE,
                    left.site(),
                    left.lr().toString(),
                    right.lr().toString(),
                    List.of());
        }
        if (differ(left.parameters(), right.parameters())) {
            return Difference.of(
                            Kind.PARAMETER,
                            left.site(),
                            hex(left.parameters()),
                            hex(right.parameters()),
                            values)
                    .followedByLeaves(left.optimizer());
        }
        return null;
    }

    private static @Nullable Difference leaves(Event.Leaves left, Event.Leaves right) {
        for (boolean gradients : new boolean[] {true, false}) {
            List<Leaf> leftLeaves = gradients ? left.gradients() : left.parameters();
            List<Leaf> rightLeaves = gradients ? right.gradients() : right.parameters();
            if (!leftLeaves.isEmpty()
                    && !rightLeaves.isEmpty()
                    && !fingerprints(leftLeaves).equals(fingerprints(rightLeaves))) {
                return Difference.of(
                                gradients ? Kind.GRADIENT : Kind.PARAMETER,
                                null,
                                null,
                                null,
                                List.of())
                        .narrowed(leftLeaves, rightLeaves, List.of());
            }
        }
        return null;
    }

    private static List<@Nullable Fingerprint> fingerprints(List<Leaf> leaves) {
        List<@Nullable Fingerprint> fingerprints = new ArrayList<>(leaves.size());
        for (Leaf leaf : leaves) {
            fingerprints.add(leaf.fingerprint());
        }
        return fingerprints;
    }

    private static @Nullable Difference optimizer(
            Event.OptimizerMade left, Event.OptimizerMade right) {
        if (!left.shapes().equals(right.shapes()) || !left.dtypes().equals(right.dtypes())) {
            return Difference.of(
                    Kind.PARAMETER,
                    left.site(),
                    hex(left.content()),
                    hex(right.content()),
                    List.of(
                            new Detail(
                                    sorted(left).equals(sorted(right))
                                            ? Divergence.PARAMETER_ORDER
                                            : "parameters",
                                    left.parameters() + " of shapes " + brief(left.shapes()),
                                    right.parameters() + " of shapes " + brief(right.shapes()))));
        }
        if (!differ(left.content(), right.content())) {
            return null;
        }
        return Difference.of(
                        Kind.PARAMETER,
                        left.site(),
                        hex(left.content()),
                        hex(right.content()),
                        List.of(new Detail("when", "as initialised", "as initialised")))
                .narrowed(left.leaves(), right.leaves(), left.names());
    }

    /// The parameters' shapes and types in an order that says nothing.
    private static List<String> sorted(Event.OptimizerMade optimizer) {
        var all = new ArrayList<String>();
        for (int i = 0; i < Math.min(optimizer.shapes().size(), optimizer.dtypes().size()); i++) {
            all.add(optimizer.shapes().get(i) + " " + optimizer.dtypes().get(i));
        }
        Collections.sort(all);
        return all;
    }

    private static String brief(List<List<Long>> shapes) {
        String text = shapes.toString();
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }

    private static @Nullable Difference save(Event.Save left, Event.Save right) {
        if (!differ(left.content(), right.content())) {
            return null;
        }
        return Difference.of(
                        Kind.CHECKPOINT,
                        left.site(),
                        hex(left.content()),
                        hex(right.content()),
                        List.of(
                                new Detail(
                                        "file",
                                        String.valueOf(left.path()),
                                        String.valueOf(right.path()))))
                .narrowed(left.leaves(), right.leaves(), List.of());
    }

    private static @Nullable Difference state(Event.State left, Event.State right) {
        if (!differ(left.content(), right.content())) {
            return null;
        }
        Difference difference =
                Difference.of(
                                Kind.STATE,
                                null,
                                hex(left.content()),
                                hex(right.content()),
                                List.of(
                                        new Detail(
                                                "module",
                                                String.valueOf(left.className()),
                                                String.valueOf(right.className()))))
                        .narrowed(left.leaves(), right.leaves(), List.of());
        return difference.name() != null
                ? difference
                : difference.named(left.name() != null ? left.name() : left.className());
    }

    private static @Nullable Difference generators(
            Map<String, Fingerprint> left,
            Map<String, Fingerprint> right,
            Predicate<String> comparable,
            @Nullable Site site) {
        for (Map.Entry<String, Fingerprint> entry : left.entrySet()) {
            Fingerprint other = right.get(entry.getKey());
            if (other != null
                    && !other.equals(entry.getValue())
                    && comparable.test(entry.getKey())) {
                return Difference.of(
                                Kind.GENERATOR,
                                site,
                                entry.getValue().hex(),
                                other.hex(),
                                List.of())
                        .named(entry.getKey());
            }
        }
        return null;
    }

    private static @Nullable Difference operation(Event.Operation left, Event.Operation right) {
        boolean same = left.operation().equals(right.operation());
        if (same && fingerprints(left.outputs()).equals(fingerprints(right.outputs()))) {
            return null;
        }
        List<Detail> details = new ArrayList<>();
        if (!same) {
            details.add(new Detail("operation", left.operation(), right.operation()));
        } else {
            var inputs =
                    fingerprints(left.inputs()).equals(fingerprints(right.inputs()))
                            ? Divergence.EQUAL
                            : "differ";
            details.add(new Detail(Divergence.INPUTS, inputs, inputs));
        }
        if (left.phase() != null && right.phase() != null) {
            details.add(new Detail("phase", left.phase(), right.phase()));
        }
        return Difference.of(Kind.OPERATION, left.site(), null, null, details)
                .narrowed(left.outputs(), right.outputs(), List.of())
                .named(left.operation());
    }

    private static @Nullable Difference end(Event.End left, Event.End right) {
        if (status(left) == status(right) && Objects.equals(left.exception(), right.exception())) {
            return null;
        }
        return Difference.of(
                Kind.EXIT,
                left.exception() != null ? left.site() : right.site(),
                ending(left),
                ending(right),
                List.of(new Detail("end", ending(left), ending(right))));
    }

    /// Gives the exit status that an end means: an uncaught exception is 1 when nothing is said.
    static long status(Event.End end) {
        return end.status() != null ? end.status() : end.exception() != null ? 1 : 0;
    }

    /// Gives how a process ended, in words.
    static String ending(Event.End end) {
        return end.exception() == null
                ? "exit status " + status(end)
                : end.exception() + (end.site() == null ? "" : " at " + end.site().text());
    }

    /// Two fingerprints of which both are there and differ: a root that one run left out says
    /// nothing.
    private static boolean differ(@Nullable Fingerprint left, @Nullable Fingerprint right) {
        return left != null && right != null && !left.equals(right);
    }

    private static @Nullable String hex(@Nullable Fingerprint fingerprint) {
        return fingerprint == null ? null : fingerprint.hex();
    }

    private static List<Detail> values(
            String what, @Nullable Double reference, @Nullable Double candidate) {
        return reference == null || candidate == null
                ? List.of()
                : List.of(new Detail(what, reference.toString(), candidate.toString()));
    }

    private static String samples(List<Long> indices) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(8, indices.size()); i++) {
            text.append(i == 0 ? "" : ", ").append(indices.get(i));
        }
        return indices.size() > 8 ? text.append(", …").toString() : text.toString();
    }

    /// Gives a few words for an event that stands where the other run has none.
    static String describe(Event event) {
        return switch (event) {
            case Event.Batch batch ->
                    "batch "
                            + batch.n()
                            + " of loader "
                            + batch.loader()
                            + ", pass "
                            + batch.iterator();
            case Event.Step step -> "step " + step.n();
            case Event.Leaves leaves -> "step " + leaves.n();
            case Event.OptimizerMade optimizer -> "optimizer " + optimizer.className();
            case Event.Backward backward -> "backward " + backward.n();
            case Event.Save save -> "checkpoint " + save.path();
            case Event.State state -> "state of " + state.className();
            case Event.Operation operation -> "operation " + operation.operation();
            case Event.End end -> "end of the process, " + ending(end);
            case Event.Generators _ -> "states of the generators at the end";
            default -> "event";
        };
    }

    /// Gives the line of user code that an event belongs to, or null.
    static @Nullable Site site(Event event) {
        return switch (event) {
            case Event.Step step -> step.site();
            case Event.OptimizerMade optimizer -> optimizer.site();
            case Event.Backward backward -> backward.site();
            case Event.Save save -> save.site();
            case Event.Operation operation -> operation.site();
            case Event.End end -> end.site();
            default -> null;
        };
    }
}
