package dev.lockstep.cli;

import dev.lockstep.comparison.Comparison;
import dev.lockstep.comparison.Outcome;
import dev.lockstep.event.StreamFolder;
import dev.lockstep.process.LiveRun;
import dev.lockstep.record.RunRecord;
import java.io.IOException;
import java.util.List;

/// Follows a run that was started beside its record until it is known whether they agree.
final class Beside {
    private static final long SHORTEST_PAUSE = 2;
    private static final long LONGEST_PAUSE = 50;

    private Beside() {}

    /// What came out; the run has ended.
    ///
    /// @param stopped it was ended before its own end
    record Result(Outcome outcome, Comparison comparison, LiveRun.Ending ending, boolean stopped) {}

    /// Compares while it runs, and ends it.
    ///
    /// @param keepGoing let it go on to its end after a divergence
    static Result follow(
            RunRecord record, ActiveRun candidate, boolean keepGoing, Progress progress)
            throws IOException, InterruptedException {
        var comparison =
                new Comparison(
                        record.source(),
                        candidate.source(),
                        new RecordTexts(record),
                        new LiveTexts(candidate.folder(), candidate.workspace(), 1));
        long pause = SHORTEST_PAUSE;
        var outcome = comparison.advance();
        while (outcome == null && !Interrupt.requested()) {
            progress.now("step " + comparison.counts().steps());
            if (comparison.idle()) {
                candidate.live().await(pause);
                if (!candidate.live().alive()) {
                    Thread.sleep(pause);
                }
                pause = Math.min(LONGEST_PAUSE, pause * 2);
            } else {
                pause = SHORTEST_PAUSE;
            }
            outcome = comparison.advance();
        }
        if (keepGoing) {
            goOn(candidate, progress);
        }
        boolean running = candidate.live().alive();
        if (running) {
            candidate.live().stop();
        }
        var ending =
                candidate.finish(
                        !running
                                ? null
                                : Interrupt.requested()
                                        ? "interrupted"
                                        : outcome instanceof Outcome.Parted && !keepGoing
                                                ? "divergence"
                                                : "limit");
        progress.clear();
        return new Result(
                outcome != null
                        ? outcome
                        : new Outcome.Unknown(
                                "interrupted after step " + comparison.counts().steps(),
                                comparison.counts(),
                                List.of()),
                comparison,
                ending,
                running);
    }

    /// Waits until the run has ended or stands at its step limit, where it waits to be ended.
    private static void goOn(ActiveRun candidate, Progress progress)
            throws IOException, InterruptedException {
        try (var streams =
                        new StreamFolder(
                                candidate.folder().streams(),
                                () -> !candidate.live().alive(),
                                candidate::exitStatus);
                var steps = new StepCount(streams)) {
            while (candidate.live().alive() && !steps.limitReached() && !Interrupt.requested()) {
                progress.now("parted; going on, step " + steps.steps());
                candidate.live().await(LONGEST_PAUSE);
                steps.look();
            }
        }
    }
}
