package dev.lockstep.comparison;

import dev.lockstep.event.Event;
import dev.lockstep.event.EventSource;
import dev.lockstep.event.Item;
import dev.lockstep.event.Role;
import dev.lockstep.event.RunSource;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// How far the losses of two runs are apart, step by step of the main process, as far as both go.
///
/// Records hold fingerprints of tensors and the values of losses: these are the numbers that both
/// have.
///
/// @param first where they first differ
/// @param most where they are furthest apart
/// @param last the last step of both
public record LossDistance(Pair first, Pair most, Pair last) {
    /// The losses of one step.
    public record Pair(long step, double reference, double candidate) {
        /// Gives how far they are apart; infinite when one is no number and the other is.
        public double distance() {
            double distance = Math.abs(reference - candidate);
            return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
        }

        boolean equal() {
            return Double.doubleToLongBits(reference) == Double.doubleToLongBits(candidate);
        }
    }

    /// Gives the distance, or null when the losses are equal or a run tells none.
    public static @Nullable LossDistance between(RunSource reference, RunSource candidate)
            throws IOException {
        EventSource left = main(reference);
        EventSource right = main(candidate);
        if (left == null || right == null) {
            return null;
        }
        Pair first = null;
        Pair most = null;
        Pair last = null;
        while (true) {
            Event.Step one = step(left);
            Event.Step two = step(right);
            if (one == null || two == null || one.n() != two.n()) {
                break;
            }
            if (one.value() == null || two.value() == null) {
                continue;
            }
            last = new Pair(one.n(), one.value(), two.value());
            if (!last.equal()) {
                first = first == null ? last : first;
                most = most == null || last.distance() > most.distance() ? last : most;
            }
        }
        return first == null || most == null || last == null
                ? null
                : new LossDistance(first, most, last);
    }

    /// The stream of the main process, read past its header.
    private static @Nullable EventSource main(RunSource run) throws IOException {
        for (EventSource process : run.processes()) {
            for (int i = 0; i < 2 && process.next() instanceof Item item; i++) {
                if (item.kind().equals("process")
                        && item.event() instanceof Event.Process found
                        && found.role() instanceof Role.Main) {
                    return process;
                }
            }
        }
        return null;
    }

    private static Event.@Nullable Step step(EventSource process) throws IOException {
        while (process.next() instanceof Item item) {
            if (item.kind().equals("step") && item.event() instanceof Event.Step step) {
                return step;
            }
        }
        return null;
    }
}
