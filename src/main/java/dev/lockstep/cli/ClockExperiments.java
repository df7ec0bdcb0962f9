package dev.lockstep.cli;

import dev.lockstep.comparison.NotCompared;
import dev.lockstep.comparison.Outcome;
import dev.lockstep.comparison.TextDifference;
import dev.lockstep.diagnosis.Diagnosis;
import dev.lockstep.diagnosis.Explanation;
import dev.lockstep.event.PinSetting;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides by experiments with the clock what a pair that agrees in its numbers leaves open: what
/// texts that differ mean, and whether seeds that are the same come from the clock.
final class ClockExperiments {
    private final Session session;
    private final Pairs pairs;
    private final Orders orders;
    private Workbench.Evidence evidence = Workbench.Evidence.BITS;
    private @Nullable Explanation seeds;

    ClockExperiments(Session session, Pairs pairs, Orders orders) {
        this.session = session;
        this.pairs = pairs;
        this.orders = orders;
    }

    /// What decides whether probing runs agree, after what the experiments showed.
    Workbench.Evidence evidence() {
        return evidence;
    }

    /// The seeds that come from the clock, where nothing that was compared shows what follows from
    /// them; else null.
    @Nullable Explanation seeds() {
        return seeds;
    }

    /// Decides what texts that differ mean when everything else agrees, by experiment: with two
    /// clocks, of which one goes faster, a text that tells the time differs as the clocks do; with
    /// one clock, a text that depends on nothing else agrees.
    ///
    /// @param notCompared gets the texts that tell the time
    Outcome settled(Pairs.Result result, Set<NotCompared> notCompared)
            throws IOException, InterruptedException {
        if (!(result.outcome() instanceof Outcome.Agreed agreed)
                || agreed.differences().isEmpty()) {
            return result.outcome();
        }
        if (Interrupt.requested()) {
            return interrupted(agreed);
        }
        var first = agreed.differences().getFirst();
        boolean text = agreed.differences().stream().anyMatch(TextDifference::text);
        try (var progress =
                new Progress(
                        session.surroundings(),
                        "what they print or write differs ("
                                + first.file()
                                + "); again with the clock pinned")) {
            boolean told =
                    text
                            && probed(Clocks.REFERENCE, Clocks.CANDIDATE, progress)
                                    instanceof Outcome.Agreed times
                            && times.differences().stream().noneMatch(TextDifference::text);
            if (told && agreed.differences().stream().allMatch(TextDifference::text)) {
                progress.done("it tells times");
                notCompared.add(times(first));
                return agreed;
            }
            var pinned = new PinSetting("clock");
            return switch (probed(pinned, pinned, progress)) {
                case Outcome.Agreed again when again.differences().isEmpty() -> {
                    progress.done("it agrees");
                    yield byTheClock(result, agreed, told || !text, notCompared);
                }
                case Outcome.Agreed again -> {
                    progress.done("it differs still");
                    yield output(agreed, again.differences().getFirst());
                }
                case Outcome.Parted _ -> {
                    progress.done("the runs part");
                    yield output(agreed, first);
                }
                case Outcome.Unknown _ when Interrupt.requested() -> {
                    progress.done("interrupted");
                    yield interrupted(agreed);
                }
                case Outcome.Unknown unknown -> {
                    progress.done("no answer");
                    yield new Outcome.Unknown(
                            "everything but "
                                    + first.file()
                                    + " agrees, and whether that differs by more than the time shows only with the clock pinned, where the script fails: "
                                    + unknown.reason(),
                            agreed.counts(),
                            agreed.notCompared());
                }
            };
        }
    }

    private static Outcome interrupted(Outcome.Agreed agreed) {
        return new Outcome.Unknown(
                "interrupted before it was known what the difference in "
                        + agreed.differences().getFirst().file()
                        + " means; everything else agrees",
                agreed.counts(),
                agreed.notCompared());
    }

    /// Decides about texts that agree as soon as the clock is the same in both runs.
    ///
    /// @param told whether they tell the time, as far as they are text
    private Outcome byTheClock(
            Pairs.Result result,
            Outcome.Agreed agreed,
            boolean told,
            Set<NotCompared> notCompared) {
        var first = agreed.differences().getFirst();
        if (Diagnosis.seedsDiffer(
                Workbench.clues(result.comparison().reference()),
                Workbench.clues(result.comparison().candidate()))) {
            // A seed is taken from the clock: what follows from it is no time.
            evidence = Workbench.Evidence.TEXT_AND_CLOCK;
            return output(agreed, first);
        }
        if (told || agreed.counts().tensors() > 0) {
            notCompared.add(times(first));
            return agreed;
        }
        return new Outcome.Unknown(
                first.file()
                        + " differs"
                        + (first.text() ? " in line " + first.line() : "")
                        + " with the clock and agrees when the clock is pinned, and nothing else was compared that tells whether it is a time or a result",
                agreed.counts(),
                agreed.notCompared());
    }

    private static NotCompared times(TextDifference difference) {
        return new NotCompared("times in " + difference.file(), "they differ as the clock does");
    }

    private static Outcome output(Outcome.Agreed agreed, TextDifference difference) {
        return new Outcome.Parted(
                Workbench.output(agreed, difference), agreed.counts(), agreed.notCompared());
    }

    /// Gives the result of a pair that agrees, or of a run at another time where the seeds can come
    /// from the clock and differ then.
    ///
    /// @param kept gets the run that parts, which the caller closes
    Pairs.Result atAnotherTime(Pairs.Result first, Outcome.Agreed agreed, List<ActiveRun> kept)
            throws IOException, InterruptedException {
        var steps =
                ClockSeeds.steps(
                        first.comparison(),
                        session.project(),
                        ProjectSource.find(session).entry(session.experiment()));
        if (steps.isEmpty() || !pairs.mirrored()) {
            return first.with(agreed);
        }
        try (var progress =
                new Progress(
                        session.surroundings(),
                        "its seeds can come from the clock; once more at another time")) {
            var limit = orders.options().steps;
            var later =
                    pairs.again(
                            session.runs(),
                            first.reference(),
                            orders.with(Clocks.CANDIDATE)
                                    .stoppingAfter(
                                            limit == null
                                                    ? steps.getAsInt()
                                                    : Math.min(limit, steps.getAsInt())),
                            progress);
            boolean others =
                    Diagnosis.seedsDiffer(
                            Workbench.clues(later.comparison().reference()),
                            Workbench.clues(later.comparison().candidate()));
            if (others && later.outcome() instanceof Outcome.Parted) {
                kept.add(later.candidate());
            } else {
                later.candidate().discard();
            }
            if (later.interrupted()) {
                progress.done("interrupted");
                return first.with(
                        new Outcome.Unknown(
                                "interrupted before it was known whether its seeds come from the clock; the runs agree",
                                agreed.counts(),
                                agreed.notCompared()));
            }
            if (!others) {
                progress.done("they are the same");
                return first.with(agreed);
            }
            evidence = Workbench.Evidence.TEXT_AND_CLOCK;
            if (later.outcome() instanceof Outcome.Parted parted) {
                progress.done("they are others");
                return later.with(parted);
            }
            // Numbers that tell the time differ as the clocks do, when both are known.
            boolean trained = agreed.counts().steps() > 0;
            var texts = trained ? agreed : probed(Clocks.REFERENCE, Clocks.CANDIDATE, progress);
            progress.done("they are others");
            if (texts instanceof Outcome.Agreed two && !two.differences().isEmpty()) {
                return later.with(output(agreed, two.differences().getFirst()));
            }
            if (!trained) {
                seeds =
                        Diagnosis.suspectedSeeds(
                                Workbench.clues(later.comparison().reference()),
                                Workbench.clues(later.comparison().candidate()));
            }
            return first.with(
                    trained
                            ? agreed
                            : new Outcome.Unknown(
                                    "the seeds come from the clock, and nothing that was compared shows what follows from them",
                                    agreed.counts(),
                                    agreed.notCompared()));
        }
    }

    /// What comes out of a pair with these clocks.
    private Outcome probed(PinSetting reference, PinSetting candidate, Progress progress)
            throws IOException, InterruptedException {
        var probe =
                pairs.run(
                        session.probes(), orders.with(reference), orders.with(candidate), progress);
        try {
            return probe.outcome();
        } finally {
            probe.discard();
        }
    }
}
