package dev.lockstep.cli;

import dev.lockstep.comparison.Comparison;
import dev.lockstep.comparison.NotCompared;
import dev.lockstep.comparison.Outcome;
import dev.lockstep.diagnosis.Explanation;
import dev.lockstep.diagnosis.Factor;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.event.Event;
import dev.lockstep.event.PinSetting;
import dev.lockstep.report.VerdictText;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

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

    /// Runs everything; the runs of the first pair are added to `kept`, for the caller to close.
    Verdict verdict(List<ActiveRun> kept) throws IOException, InterruptedException {
        var surroundings = session.surroundings();
        var pairs = new Pairs(session, pair.sequential, !pair.inPlace);
        var orders = new Orders(options, pins, overlay, pairs.mirrored());
        var clocks = new ClockExperiments(session, pairs, orders);
        var search = new CauseSearch(session, diagnosis, pairs, orders);
        Pairs.Result first;
        try (var progress =
                new Progress(
                        surroundings,
                        pairs.sideBySide()
                                ? "reference and candidate side by side"
                                : "reference, then candidate")) {
            first = pairs.run(session.runs(), orders.plain(), orders.plain(), progress);
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
        var outcome = clocks.settled(first, notCompared);
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
                var further =
                        pairs.again(session.runs(), first.reference(), orders.plain(), progress);
                kept.add(further.candidate());
                outcome = orInterrupted(clocks.settled(further, notCompared), run);
                progress.done(ended(outcome));
            }
        }
        var parting = first;
        if (outcome instanceof Outcome.Agreed agreed && !first.interrupted()) {
            var later = clocks.atAnotherTime(first, agreed, kept);
            outcome = later.outcome();
            parting = later;
        }
        return switch (outcome) {
            case Outcome.Agreed agreed -> {
                var dependence =
                        factors.isEmpty() || first.interrupted()
                                ? null
                                : shown.explanation(search.dependence(first, factors, Set.of()));
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
            case Outcome.Unknown unknown -> {
                var seeds = clocks.seeds();
                yield new Verdict(
                        Verdict.Result.UNKNOWN,
                        reason(session, unknown),
                        facts,
                        compared(unknown, 2),
                        List.copyOf(notCompared),
                        null,
                        seeds == null ? null : shown.explanation(seeds),
                        List.of());
            }
            case Outcome.Parted parted -> {
                Explanation found = null;
                var lastBatches = Verdict.LastBatches.NONE;
                if (!diagnosis.off && !first.interrupted()) {
                    var causes = search.causes(parting, parted.divergence(), clocks.evidence());
                    found = causes.explanation();
                    lastBatches = causes.lastBatches();
                    var proof = found.proof();
                    if (!factors.isEmpty() && proof != null) {
                        found = found.and(search.dependence(first, factors, proof.pins()));
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
                version,
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
