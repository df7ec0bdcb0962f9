package dev.lockstep.cli;

import dev.lockstep.comparison.Comparison;
import dev.lockstep.comparison.Divergence;
import dev.lockstep.comparison.NotCompared;
import dev.lockstep.comparison.Outcome;
import dev.lockstep.comparison.TextDifference;
import dev.lockstep.diagnosis.Dependence;
import dev.lockstep.diagnosis.Diagnosis;
import dev.lockstep.diagnosis.Explanation;
import dev.lockstep.diagnosis.Factor;
import dev.lockstep.diagnosis.Pin;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.diagnosis.Probe;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.event.AgentSettings;
import dev.lockstep.event.Event;
import dev.lockstep.event.PinSetting;
import dev.lockstep.report.VerdictText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes an experiment, gives its verdict: runs the pair, and when it parts, the diagnosis.
///
/// `verify` prints it, `fix` starts from it and ends with it.
final class Verification {
    private final Session session;
    private final ExperimentOptions options;
    private final PairOptions pair;
    private final DiagnosisOptions diagnosis;
    private final int runs;
    private final Map<String, byte[]> overlay;
    private List<Factor> factors = List.of();
    private Workbench.Evidence evidence = Workbench.Evidence.BITS;
    private @Nullable Explanation clockSeeds;
    private List<PinSetting> pins;

    /// @param runs how many runs are compared, 2 or more
    /// @param overlay other content of some files of the project
    Verification(
            Session session,
            ExperimentOptions options,
            PairOptions pair,
            DiagnosisOptions diagnosis,
            int runs,
            Map<String, byte[]> overlay) {
        this.session = session;
        this.options = options;
        this.pair = pair;
        this.diagnosis = diagnosis;
        this.runs = runs;
        this.overlay = Map.copyOf(overlay);
        this.pins = options.pins();
    }

    /// Tries also what happens when the candidate differs in one of these factors at a time.
    Verification varying(List<Factor> others) {
        factors = List.copyOf(others);
        return this;
    }

    /// Says whether what the options ask for is pinned; not when the source itself says it now.
    Verification asked(boolean pinned) {
        pins = pinned ? options.pins() : List.of();
        return this;
    }

    private Session.Order order(List<PinSetting> pins, boolean mirrored) {
        var settings =
                AgentSettings.plain()
                        .withSeed(options.seed)
                        .withStopAfterSteps(options.steps)
                        .withPins(pins);
        return new Session.Order(settings, overlay, Map.of(), mirrored, false);
    }

    /// Runs everything; the runs of the first pair are added to `kept`, for the caller to close.
    Verdict verdict(List<ActiveRun> kept) throws IOException, InterruptedException {
        var surroundings = session.surroundings();
        var pairs = new Pairs(session, pair.sequential, !pair.inPlace);
        var order = order(pins, pairs.mirrored());
        Pairs.Result first;
        try (var progress =
                new Progress(
                        surroundings,
                        pairs.sideBySide()
                                ? "reference and candidate side by side"
                                : "reference, then candidate")) {
            first = pairs.run(session.runs(), order, order, progress);
            kept.add(first.reference());
            kept.add(first.candidate());
            progress.clear();
            surroundings.out().println(header(session, first));
            progress.done(ended(first.outcome()));
        }
        first.notes().forEach(note -> surroundings.out().println(note));
        var facts = facts(session, first);
        var shown = new Shown(session.project(), surroundings.folder());
        var notCompared = new LinkedHashSet<>(first.outcome().notCompared());
        for (var note : first.reference().workspace().notes()) {
            notCompared.add(new NotCompared("files shared by both runs", note));
        }
        var outcome = settled(pairs, first, notCompared);
        var drawn = new DrawnNumbers(session.project(), first.comparison());
        var unseen = drawn.unseen();
        if (outcome instanceof Outcome.Agreed) {
            notCompared.addAll(drawn.afterTraining().notCompared());
        }
        for (int run = 3;
                run <= runs && outcome instanceof Outcome.Agreed && !first.interrupted();
                run++) {
            try (var progress =
                    new Progress(surroundings, "run " + run + " against the reference")) {
                var further = pairs.again(session.runs(), first.reference(), order, progress);
                kept.add(further.candidate());
                outcome = orInterrupted(settled(pairs, further, notCompared), run);
                progress.done(ended(outcome));
            }
        }
        var parting = first;
        if (outcome instanceof Outcome.Agreed agreed && !first.interrupted()) {
            var later = atAnotherTime(pairs, first, agreed, kept);
            outcome = later.outcome();
            parting = later;
        }
        return switch (outcome) {
            case Outcome.Agreed agreed -> {
                var dependence =
                        factors.isEmpty() || first.interrupted()
                                ? null
                                : shown.explanation(dependence(pairs, first, Set.of()));
                var apart =
                        dependence == null || dependence.proved().isEmpty()
                                ? null
                                : dependence.proved().getFirst().without();
                if (apart == null && !unseen.isEmpty()) {
                    yield new Verdict(
                            Verdict.Result.UNKNOWN,
                            unseen.reason(),
                            facts,
                            compared(agreed, runs),
                            List.copyOf(notCompared),
                            null,
                            shown.explanation(unseen.suspected()),
                            List.of());
                }
                yield new Verdict(
                        apart == null ? Verdict.Result.IDENTICAL : Verdict.Result.DIVERGED,
                        null,
                        facts,
                        compared(agreed, runs),
                        List.copyOf(notCompared),
                        apart,
                        dependence,
                        List.of(),
                        shown.lastBatches(lastBatches(first.comparison())));
            }
            case Outcome.Unknown unknown ->
                    new Verdict(
                            Verdict.Result.UNKNOWN,
                            reason(session, unknown),
                            facts,
                            compared(unknown, 2),
                            List.copyOf(notCompared),
                            null,
                            clockSeeds == null ? null : shown.explanation(clockSeeds),
                            List.of());
            case Outcome.Parted parted -> {
                Explanation found = null;
                var lastBatches = Verdict.LastBatches.NONE;
                if (!diagnosis.off && !first.interrupted()) {
                    var diagnosed = explained(pairs, parting, parted.divergence());
                    found = diagnosed.found();
                    lastBatches = diagnosed.lastBatches();
                    var proof = found.proof();
                    if (!factors.isEmpty() && proof != null) {
                        found = found.and(dependence(pairs, first, proof.pins()));
                    }
                    found = shown.explanation(found);
                }
                yield new Verdict(
                        Verdict.Result.DIVERGED,
                        null,
                        facts,
                        compared(parted, 2),
                        List.copyOf(notCompared),
                        shown.divergence(parted.divergence()),
                        found,
                        List.of(),
                        shown.lastBatches(lastBatches));
            }
        };
    }

    /// The result of the first pair, or of a run at another time where the seeds can come from the
    /// clock and differ then.
    ///
    /// @param kept gets the run that parts, which the caller closes
    private Pairs.Result atAnotherTime(
            Pairs pairs, Pairs.Result first, Outcome.Agreed agreed, List<ActiveRun> kept)
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
            var order = order(and(Clocks.CANDIDATE), pairs.mirrored());
            var later =
                    pairs.again(
                            session.runs(),
                            first.reference(),
                            order.stoppingAfter(
                                    options.steps == null
                                            ? steps.getAsInt()
                                            : Math.min(options.steps, steps.getAsInt())),
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
            var texts =
                    trained ? agreed : probed(pairs, Clocks.REFERENCE, Clocks.CANDIDATE, progress);
            progress.done("they are others");
            if (texts instanceof Outcome.Agreed two && !two.differences().isEmpty()) {
                return later.with(output(agreed, two.differences().getFirst()));
            }
            if (!trained) {
                clockSeeds =
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

    /// Says of a run that Ctrl-C ended which one it was, and that those before agree.
    private Outcome orInterrupted(Outcome outcome, int run) {
        return outcome instanceof Outcome.Unknown unknown && Interrupt.requested()
                ? new Outcome.Unknown(
                        "interrupted in run "
                                + run
                                + " of "
                                + runs
                                + ", after "
                                + VerdictText.count(unknown.counts().steps(), "step", "steps")
                                + "; the "
                                + (run - 1)
                                + " runs before it agree to the end",
                        unknown.counts(),
                        unknown.notCompared())
                : outcome;
    }

    /// Decides what texts that differ mean when everything else agrees, by experiment: with two
    /// clocks, of which one goes faster, a text that tells the time differs as the clocks do; with
    /// one clock, a text that depends on nothing else agrees.
    private Outcome settled(
            Pairs pairs, Pairs.Result result, LinkedHashSet<NotCompared> notCompared)
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
                            && probed(pairs, Clocks.REFERENCE, Clocks.CANDIDATE, progress)
                                    instanceof Outcome.Agreed times
                            && times.differences().stream().noneMatch(TextDifference::text);
            if (told && agreed.differences().stream().allMatch(TextDifference::text)) {
                progress.done("it tells times");
                notCompared.add(times(first));
                return agreed;
            }
            var pinned = new PinSetting("clock");
            return switch (probed(pairs, pinned, pinned, progress)) {
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

    private List<PinSetting> and(PinSetting clock) {
        var all = new ArrayList<>(pins);
        all.add(clock);
        return all;
    }

    private Outcome probed(
            Pairs pairs, PinSetting reference, PinSetting candidate, Progress progress)
            throws IOException, InterruptedException {
        var probe =
                pairs.run(
                        session.probes(),
                        order(and(reference), pairs.mirrored()),
                        order(and(candidate), pairs.mirrored()),
                        progress);
        try {
            return probe.outcome();
        } finally {
            probe.discard();
        }
    }

    /// Decides about texts that agree as soon as the clock is the same in both runs.
    ///
    /// @param told whether they tell the time, as far as they are text
    private Outcome byTheClock(
            Pairs.Result result,
            Outcome.Agreed agreed,
            boolean told,
            LinkedHashSet<NotCompared> notCompared) {
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

    /// What diagnosis found, and what the runs that agreed meanwhile showed about last batches.
    private record Diagnosed(Explanation found, Verdict.LastBatches lastBatches) {}

    static Verdict.LastBatches lastBatches(Comparison comparison) {
        return new Verdict.LastBatches(
                comparison.lastBatches(),
                comparison.reference().events(Event.Pin.class).stream()
                        .filter(pin -> pin.name().equals(ExperimentOptions.DROP_LAST))
                        .map(Event.Pin::site)
                        .filter(Objects::nonNull)
                        .distinct()
                        .toList());
    }

    /// Explains a divergence by probing runs.
    private Diagnosed explained(Pairs pairs, Pairs.Result first, Divergence divergence) {
        try (var progress = new Progress(session.surroundings(), "looking for the cause");
                var bench =
                        new Workbench(
                                session,
                                pairs,
                                order(pins, pairs.mirrored()).settings(),
                                overlay,
                                divergence.kind() == Divergence.Kind.OUTPUT
                                                && evidence == Workbench.Evidence.BITS
                                        ? Workbench.Evidence.TEXT
                                        : evidence,
                                diagnosis.limit(),
                                progress)) {
            var parted =
                    new Probe.Parted(
                            divergence,
                            Workbench.clues(first.comparison().reference()),
                            Workbench.clues(first.comparison().candidate()));
            var found = Diagnosis.explain(parted, read(), bench, diagnosis.proofRuns);
            progress.done(
                    VerdictText.count(
                            bench.runs(), "probing pair or run", "probing pairs and runs"));
            return new Diagnosed(found, bench.lastBatches());
        }
    }

    /// Finds out which factors the result depends on, when these pins hold.
    private Explanation dependence(Pairs pairs, Pairs.Result first, Set<Pin> pins) {
        try (var progress = new Progress(session.surroundings(), "varying one factor at a time");
                var bench =
                        new Workbench(
                                session,
                                pairs,
                                order(this.pins, pairs.mirrored()).settings(),
                                overlay,
                                Workbench.Evidence.BITS,
                                diagnosis.limit(),
                                progress)) {
            if (pins.isEmpty()) {
                bench.base(first);
            }
            var found = Dependence.on(factors, pins, read(), bench);
            progress.done(
                    VerdictText.count(factors.size(), "factor", "factors")
                            + ": "
                            + found.proved().size()
                            + " that the result depends on");
            return found;
        }
    }

    /// Where a reading of the source sees each hazard, in the files that the script imports.
    private Map<String, List<Place>> read() {
        var places = new HashMap<String, List<Place>>();
        for (var finding : ProjectSource.findings(session)) {
            var site = ProjectSource.site(session, finding.place().file(), finding.place().line());
            places.computeIfAbsent(finding.hazard().id(), _ -> new ArrayList<>())
                    .add(new Place(site, null, null, "main"));
        }
        return places;
    }

    private static Verdict.Compared compared(Outcome outcome, int runs) {
        var counts = outcome.counts();
        return new Verdict.Compared(runs, counts.steps(), counts.events(), counts.tensors());
    }

    static String ended(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Parted parted -> "stopped at step " + parted.divergence().step();
            case Outcome.Agreed agreed ->
                    agreed.counts().steps() == 0
                            ? "agree to their end"
                            : "agree over "
                                    + VerdictText.count(agreed.counts().steps(), "step", "steps");
            case Outcome.Unknown _ -> "ended";
        };
    }

    private static Verdict.ExperimentFacts facts(Session session, Pairs.Result result) {
        var torch = result.comparison().reference().events(Event.Torch.class);
        var python = result.comparison().reference().events(Event.Process.class);
        var version = torch.isEmpty() ? null : torch.getFirst().version();
        var named = python.isEmpty() ? null : python.getFirst().python();
        return new Verdict.ExperimentFacts(
                session.experiment().words(),
                named == null ? session.python().version() : named,
                version == null ? null : version,
                torch.isEmpty() ? null : torch.getFirst().threads(),
                result.outcome().counts().processes());
    }

    /// `python 3.11.2 · torch 2.13.0+cpu · 2 threads`.
    private static String header(Session session, Pairs.Result result) {
        var facts = facts(session, result);
        var text = new StringBuilder("python " + facts.python());
        if (facts.torch() != null) {
            text.append(" · torch ").append(facts.torch());
        } else {
            text.append(" · torch not imported");
        }
        if (facts.threads() != null) {
            text.append(" · ").append(VerdictText.count(facts.threads(), "thread", "threads"));
        }
        return text.toString();
    }

    private static String reason(Session session, Outcome.Unknown unknown) {
        if (session.diskFull()) {
            return "the disk that holds .lockstep is full, so what the runs did is not completely recorded";
        }
        return unknown.reason();
    }
}
