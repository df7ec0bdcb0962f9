package dev.lockstep.cli;

import dev.lockstep.comparison.Comparison;
import dev.lockstep.comparison.Outcome;
import dev.lockstep.event.RunSource;
import dev.lockstep.event.StreamFolder;
import dev.lockstep.record.Manifest;
import dev.lockstep.record.RunStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs pairs of one experiment and compares them while they run.
final class Pairs {
    private static final long SHORTEST_PAUSE = 4;
    private static final long LONGEST_PAUSE = 50;

    private final Session session;
    private final boolean sequential;
    private final boolean mirrored;
    private boolean sharedAddress;

    /// @param sequential one run at a time
    /// @param mirrored each run in a mirror; otherwise in the user's folder, and one at a time
    Pairs(Session session, boolean sequential, boolean mirrored) {
        this.session = session;
        this.sequential = sequential || !mirrored;
        this.mirrored = mirrored;
    }

    /// A pair that was run.
    ///
    /// @param interrupted Ctrl-C ended it
    /// @param notes sentences for the reader
    record Result(
            Outcome outcome,
            Comparison comparison,
            ActiveRun reference,
            ActiveRun candidate,
            boolean interrupted,
            List<String> notes) {
        Result with(Outcome other) {
            return new Result(other, comparison, reference, candidate, interrupted, notes);
        }

        /// Ends both and keeps what is in their folders.
        void close() {
            candidate.close();
            reference.close();
        }

        /// Ends both and throws their records away.
        void discard() {
            candidate.discard();
            reference.discard();
        }
    }

    boolean mirrored() {
        return mirrored;
    }

    /// Whether two runs go on at the same time.
    boolean sideBySide() {
        return !sequential && !sharedAddress;
    }

    /// Runs a fresh reference and a fresh candidate.
    ///
    /// @param progress shows how far they are; the caller says how it ended
    Result run(RunStore store, Session.Order reference, Session.Order candidate, Progress progress)
            throws IOException, InterruptedException {
        if (!sideBySide()) {
            return oneByOne(store, reference, candidate, progress, List.of());
        }
        var one = session.start(store, beside(reference), progress);
        ActiveRun two;
        try {
            two = session.start(store, beside(candidate), progress);
        } catch (RuntimeException e) {
            one.close();
            throw e;
        }
        var result =
                compare(one, one.source(), two, Clocks.rate(reference, candidate), progress, "");
        if (!addressShared(result)) {
            return result;
        }
        // Both wanted the same port: not a difference of the experiment's own.
        sharedAddress = true;
        result.discard();
        progress.clear();
        return oneByOne(
                store,
                reference,
                candidate,
                progress,
                List.of(
                        "the experiment uses a fixed network port, so its runs went one after the other"));
    }

    /// Runs one more candidate and compares it with a reference that has ended.
    Result again(RunStore store, ActiveRun reference, Session.Order candidate, Progress progress)
            throws IOException, InterruptedException {
        return again(store, reference, 1, candidate, progress);
    }

    /// The same, with a clock that goes faster than the reference's by this rate.
    Result again(
            RunStore store,
            ActiveRun reference,
            double clockRate,
            Session.Order candidate,
            Progress progress)
            throws IOException, InterruptedException {
        var two = session.start(store, candidate, progress);
        return compare(reference, recorded(reference), two, clockRate, progress, "");
    }

    private Result oneByOne(
            RunStore store,
            Session.Order reference,
            Session.Order candidate,
            Progress progress,
            List<String> notes)
            throws IOException, InterruptedException {
        var one = session.start(store, reference, progress);
        try (var steps = new StepCount(recordedOrGrowing(one))) {
            while (one.live().alive() && !steps.limitReached() && !Interrupt.requested()) {
                steps.look();
                progress.now("reference at step " + steps.steps());
                one.live().await(LONGEST_PAUSE);
            }
            boolean limited = steps.limitReached();
            if (one.live().alive()) {
                one.live().stop();
            }
            one.finish(limited ? "limit" : Interrupt.requested() ? "interrupted" : null);
        } catch (IOException | RuntimeException e) {
            one.close();
            throw e;
        }
        if (Interrupt.requested()) {
            var comparison = new Comparison(recorded(one), recorded(one));
            var outcome =
                    new Outcome.Unknown(
                            "interrupted before the candidate had begun",
                            comparison.counts(),
                            List.of());
            return new Result(outcome, comparison, one, one, true, notes);
        }
        ActiveRun two;
        try {
            two = session.start(store, candidate, progress);
        } catch (RuntimeException e) {
            one.close();
            throw e;
        }
        var result =
                compare(
                        one,
                        recorded(one),
                        two,
                        Clocks.rate(reference, candidate),
                        progress,
                        "candidate ");
        var all = new ArrayList<>(notes);
        all.addAll(result.notes());
        return new Result(
                result.outcome(), result.comparison(), one, two, result.interrupted(), all);
    }

    /// Follows both until the outcome is known, then ends both.
    private Result compare(
            ActiveRun one,
            RunSource reference,
            ActiveRun two,
            double clockRate,
            Progress progress,
            String who)
            throws IOException, InterruptedException {
        var comparison =
                new Comparison(
                        reference,
                        two.source(),
                        new LiveTexts(one.folder(), one.workspace(), 1),
                        new LiveTexts(two.folder(), two.workspace(), clockRate));
        try {
            long pause = SHORTEST_PAUSE;
            var outcome = comparison.advance();
            while (outcome == null && !Interrupt.requested()) {
                var counts = comparison.counts();
                progress.now(
                        counts.steps() > 0
                                ? who + "step " + counts.steps()
                                : counts.events() > 0
                                        ? who + counts.events() + " events"
                                        : who + "starting");
                if (comparison.idle()) {
                    two.live().await(pause);
                    if (!two.live().alive()) {
                        Thread.sleep(pause);
                    }
                    pause = Math.min(LONGEST_PAUSE, pause * 2);
                } else {
                    pause = SHORTEST_PAUSE;
                }
                outcome = comparison.advance();
            }
            boolean interrupted = Interrupt.requested();
            boolean running = one.live().alive() || two.live().alive();
            String why =
                    interrupted
                            ? "interrupted"
                            : outcome instanceof Outcome.Parted
                                    ? "divergence"
                                    : running ? "limit" : null;
            if (one.live().alive()) {
                one.live().stop();
            }
            if (two.live().alive()) {
                two.live().stop();
            }
            one.finish(why);
            two.finish(why);
            if (interrupted && !(outcome instanceof Outcome.Parted)) {
                var sofar = comparison.soFar("interrupted");
                outcome =
                        sofar instanceof Outcome.Parted
                                ? sofar
                                : new Outcome.Unknown(
                                        "interrupted after step " + comparison.counts().steps(),
                                        comparison.counts(),
                                        sofar.notCompared());
            }
            if (outcome == null) {
                throw new IllegalStateException("the comparison ended without an outcome");
            }
            noted(one, two, outcome);
            return new Result(outcome, comparison, one, two, interrupted, List.of());
        } catch (IOException | RuntimeException | InterruptedException e) {
            two.close();
            one.close();
            throw e;
        }
    }

    private static void noted(ActiveRun one, ActiveRun two, Outcome outcome) {
        var verdict =
                switch (outcome) {
                    case Outcome.Agreed _ -> "identical";
                    case Outcome.Parted _ -> "diverged";
                    case Outcome.Unknown _ -> "unknown";
                };
        Long step = outcome instanceof Outcome.Parted parted ? parted.divergence().step() : null;
        one.compared(new Manifest.LastComparison(two.folder().id(), verdict, step));
        two.compared(new Manifest.LastComparison(one.folder().id(), verdict, step));
    }

    private static boolean addressShared(Result result) {
        return !result.interrupted()
                && !(result.outcome() instanceof Outcome.Agreed)
                && (Endings.addressInUse(result.reference().folder())
                        != Endings.addressInUse(result.candidate().folder()));
    }

    private Session.Order beside(Session.Order order) {
        return new Session.Order(
                order.settings(), order.overlay(), order.variables(), order.mirrored(), true);
    }

    private static RunSource recorded(ActiveRun run) {
        return new StreamFolder(run.folder().streams(), () -> true, run::exitStatus);
    }

    private static RunSource recordedOrGrowing(ActiveRun run) {
        return new StreamFolder(
                run.folder().streams(), () -> !run.live().alive(), () -> (@Nullable Integer) null);
    }
}
