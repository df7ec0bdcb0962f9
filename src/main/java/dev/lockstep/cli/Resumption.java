package dev.lockstep.cli;

import dev.lockstep.comparison.Comparison;
import dev.lockstep.comparison.Continuation;
import dev.lockstep.comparison.Divergence;
import dev.lockstep.comparison.NotCompared;
import dev.lockstep.comparison.Outcome;
import dev.lockstep.diagnosis.Explanation;
import dev.lockstep.diagnosis.Pin;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.diagnosis.Suspect;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.event.AgentSettings;
import dev.lockstep.event.Event;
import dev.lockstep.event.Fingerprint;
import dev.lockstep.event.Item;
import dev.lockstep.event.PinSetting;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import dev.lockstep.process.Experiment;
import dev.lockstep.process.Workspace;
import dev.lockstep.record.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Compares one whole run with one that is interrupted behind a checkpoint and goes on from it
/// (LS406).
///
/// The reference runs to its end. Another run is stopped one step behind the reference's first
/// checkpoint that training can go on from, and the experiment is started once more in the same
/// mirror with the words that make it go on. From the step after the checkpoint, both must be the
/// same. When they are not, the two are run again with the pin `resume`, which keeps the
/// generators' states beside the checkpoint and restores them where it is loaded: when that makes
/// them agree, the missing states are the cause.
///
/// No record stays: what these runs say at each step is even, and no other run's record could be
/// compared with theirs.
final class Resumption {
    private static final String HAZARD = "LS406";
    private static final Pin PIN = Pin.everywhere("resume");
    private static final long PAUSE = 20;

    private final Session session;
    private final ExperimentOptions options;
    private final DiagnosisOptions diagnosis;
    private final Map<String, byte[]> overlay;
    private final Experiment going;

    /// @param words what the experiment needs besides to go on from its checkpoint; blank when it
    ///   goes on by itself where it finds one
    /// @param overlay other content of some files, for every run
    Resumption(
            Session session,
            ExperimentOptions options,
            DiagnosisOptions diagnosis,
            String words,
            Map<String, byte[]> overlay) {
        this.overlay = Map.copyOf(overlay);
        this.session = session;
        this.options = options;
        this.diagnosis = diagnosis;
        var all = new ArrayList<>(session.experiment().words());
        if (!words.isBlank()) {
            all.addAll(List.of(words.strip().split("\\s+", -1)));
        }
        this.going = Experiment.of(all);
    }

    /// A checkpoint of the whole run.
    ///
    /// @param steps how many steps had been made
    private record Checkpoint(
            Fingerprint content, @Nullable String path, @Nullable Site site, long steps) {}

    /// What came out of one interrupted and continued run.
    ///
    /// @param others generators with another state at the first step behind the checkpoint
    private record Attempt(
            Outcome outcome, Comparison comparison, boolean loaded, Set<String> others) {}

    /// Runs everything; the whole run and the continued one are added to `kept`, for the caller to
    /// close.
    Verdict verdict(List<ActiveRun> kept) throws IOException, InterruptedException {
        var whole = session.start(session.probes(), order(List.of(), options.steps));
        kept.add(whole);
        var ending = toEnd(whole, "one whole run");
        try (var record = whole.folder().read()) {
            if (Interrupt.requested() || ending == null || ending != 0) {
                // The verdict's text shows why.
                return unknown(
                        Interrupt.requested()
                                ? "interrupted"
                                : "the experiment failed with exit status " + ending,
                        record);
            }
            var checkpoint = checkpoint(record);
            session.surroundings()
                    .out()
                    .println(
                            "checkpoint "
                                    + checkpoint.path()
                                    + " after "
                                    + checkpoint.steps()
                                    + (checkpoint.steps() == 1 ? " step" : " steps"));
            var first = attempt(record, checkpoint, false, kept);
            return verdict(record, checkpoint, first);
        }
    }

    private Verdict verdict(RunRecord record, Checkpoint checkpoint, Attempt first)
            throws IOException, InterruptedException {
        if (!first.loaded()) {
            return unknown(
                    "the continued run loaded nothing that holds what "
                            + checkpoint.path()
                            + " held after step "
                            + (checkpoint.steps() - 1)
                            + ": it does not go on from there, or the interrupted run was another one (`lockstep verify` says whether the script repeats)",
                    record);
        }
        var notCompared = new ArrayList<>(first.outcome().notCompared());
        notCompared.add(
                new NotCompared(
                        "batches, printed text and other processes",
                        "the continued run counts them from its own beginning"));
        var counts = first.outcome().counts();
        var compared = new Verdict.Compared(2, counts.steps(), counts.events(), counts.tensors());
        var facts = DiffCommand.facts(first.comparison(), record);
        return switch (first.outcome()) {
            case Outcome.Agreed _ when counts.steps() > 0 ->
                    Verdict.plain(
                            Verdict.Result.IDENTICAL, null, facts, compared, notCompared, null);
            case Outcome.Agreed _ ->
                    unknown("no step was made behind the checkpoint in both runs", record);
            case Outcome.Unknown unknown -> unknown(unknown.reason(), record);
            case Outcome.Parted parted -> {
                var divergence = behind(parted.divergence(), checkpoint);
                yield new Verdict(
                        Verdict.Result.DIVERGED,
                        null,
                        facts,
                        compared,
                        notCompared,
                        divergence,
                        diagnosis.off || Interrupt.requested()
                                ? null
                                : explained(record, checkpoint, divergence, first.others()),
                        List.of());
            }
        };
    }

    private Explanation explained(
            RunRecord record, Checkpoint checkpoint, Divergence without, Set<String> others)
            throws IOException, InterruptedException {
        var discarded = new ArrayList<ActiveRun>();
        try {
            var pinned = attempt(record, checkpoint, true, discarded);
            return switch (pinned.outcome()) {
                case Outcome.Agreed agreed when pinned.loaded() && agreed.counts().steps() > 0 ->
                        new Explanation(
                                List.of(
                                        new Explanation.Proved(
                                                new Suspect(HAZARD, PIN, places(checkpoint)),
                                                without)),
                                List.of(),
                                List.of(),
                                new Explanation.Agreement(
                                        2,
                                        agreed.counts().steps(),
                                        agreed.counts().tensors(),
                                        Set.of(PIN)),
                                List.of(),
                                others.isEmpty()
                                        ? List.of()
                                        : List.of(
                                                "Generators with another state at the first step behind the checkpoint: "
                                                        + String.join(", ", others)
                                                        + "."));
                case Outcome.Parted parted ->
                        besides(without, behind(parted.divergence(), checkpoint));
                case Outcome.Agreed _ -> suspected("the probing run loaded no checkpoint");
                case Outcome.Unknown unknown -> suspected(unknown.reason());
            };
        } finally {
            discarded.forEach(ActiveRun::discard);
        }
    }

    /// Something besides the generators' states is missing: they are no cause where restoring them
    /// changes nothing, and are not proved where the runs part later with them.
    private static Explanation besides(Divergence without, Divergence with) {
        boolean same = without.equals(with);
        return new Explanation(
                List.of(),
                same
                        ? List.of(
                                new Explanation.Rejected(
                                        new Suspect(HAZARD, PIN, List.of()),
                                        "with the generators' states restored it parts at the same place"))
                        : List.of(),
                same
                        ? List.of()
                        : List.of(
                                new Explanation.Untried(
                                        HAZARD,
                                        "with the generators' states restored it parts elsewhere, at step "
                                                + with.step()
                                                + " in the "
                                                + with.kind().words()
                                                + ": they are not all that is missing")),
                null,
                List.of(),
                List.of(
                        hint(with.kind())
                                + " Whether the script repeats at all, `lockstep verify` without --resume-with says."));
    }

    /// What a place at which runs part behind a checkpoint points to; it proves nothing.
    private static String hint(Divergence.Kind kind) {
        return switch (kind) {
            case LEARNING_RATE ->
                    "The learning rate points to a scheduler whose state is not saved, or not loaded.";
            case SCALE ->
                    "The scale points to a GradScaler whose state is not saved, or not loaded.";
            case PARAMETER ->
                    "Equal gradients and other parameters after the step point to the optimizer's own state (momentum, averages), which is not saved, or not loaded.";
            case GRADIENT ->
                    "An equal loss and other gradients point to gradients that were gathered before the checkpoint, or to a setting of the model.";
            case GENERATOR ->
                    "This points to a generator object of the script's own, or to one more draw before or after the load.";
            case LENGTH ->
                    "Another number of steps points to a count of steps or epochs, or to the place in the data, which is not saved, or not loaded.";
            case BATCH, LOSS, OPERATION, CHECKPOINT, STATE, OUTPUT, EXIT ->
                    "The loss points to other samples (the place in the data, the order of an epoch that was half done), to weights or buffers that are not brought back, or to a model in another mode.";
        };
    }

    private static Explanation suspected(String why) {
        return new Explanation(
                List.of(),
                List.of(),
                List.of(new Explanation.Untried(HAZARD, why)),
                null,
                List.of(),
                List.of(
                        "Whether the script repeats at all, `lockstep verify` without --resume-with says. Else the checkpoint lacks something besides: the place in the data, a scheduler, a scaler."));
    }

    private static List<Place> places(Checkpoint checkpoint) {
        return checkpoint.site() == null
                ? List.of()
                : List.of(new Place(checkpoint.site(), null, null, "main"));
    }

    /// The same place, counted from the beginning of the whole run.
    private static Divergence behind(Divergence found, Checkpoint checkpoint) {
        return new Divergence(
                found.step() + checkpoint.steps(),
                found.kind(),
                found.name(),
                found.process(),
                found.site(),
                found.reference(),
                found.candidate(),
                found.details());
    }

    /// Interrupts a run behind the checkpoint, lets it go on, and compares.
    private Attempt attempt(
            RunRecord whole, Checkpoint checkpoint, boolean pinned, List<ActiveRun> kept)
            throws IOException, InterruptedException {
        int after = Math.toIntExact(checkpoint.steps());
        Integer rest = options.steps == null ? null : Integer.valueOf(options.steps - after);
        try (Workspace mirror = session.shared(overlay)) {
            Path states = Files.createTempDirectory(session.scratch(), "generators");
            var keep = new PinSetting(PIN.name(), Map.of("folder", states.toString()));
            var interrupted =
                    session.start(
                            session.probes(),
                            order(pinned ? List.of(keep) : List.of(), after + 1),
                            session.experiment(),
                            mirror);
            try {
                toEnd(interrupted, "a run that stops after step " + after);
            } finally {
                interrupted.discard();
            }
            var restore =
                    new PinSetting(
                            PIN.name(), Map.of("folder", states.toString(), "restore", true));
            var continued =
                    session.start(
                            session.probes(),
                            order(pinned ? List.of(restore) : List.of(), rest),
                            going,
                            mirror);
            kept.add(continued);
            toEnd(continued, "it goes on" + (pinned ? " with its generators' states" : ""));
            try (var record = continued.folder().read()) {
                var reference =
                        Continuation.afterSave(
                                whole.source(), checkpoint.content(), checkpoint.steps());
                var candidate = Continuation.afterLoad(record.source(), checkpoint.content());
                var comparison = new Comparison(reference, candidate);
                var outcome = comparison.toEnd();
                return new Attempt(
                        outcome,
                        comparison,
                        candidate.found(),
                        others(
                                firstStep(
                                        Continuation.afterSave(
                                                whole.source(),
                                                checkpoint.content(),
                                                checkpoint.steps())),
                                firstStep(
                                        Continuation.afterLoad(
                                                record.source(), checkpoint.content()))));
            }
        }
    }

    private static Event.@Nullable Step firstStep(Continuation part) throws IOException {
        for (var process : part.processes()) {
            while (process.next() instanceof Item item) {
                if (item.event() instanceof Event.Step step) {
                    return step;
                }
            }
        }
        return null;
    }

    private static Set<String> others(
            Event.@Nullable Step reference, Event.@Nullable Step candidate) {
        var others = new TreeSet<String>();
        if (reference != null && candidate != null) {
            reference
                    .generators()
                    .forEach((name, state) -> {
                        var other = candidate.generators().get(name);
                        if (other != null && !other.equals(state)) {
                            others.add(name);
                        }
                    });
        }
        return others;
    }

    private Session.Order order(List<PinSetting> pins, @Nullable Integer steps) {
        return new Session.Order(
                AgentSettings.plain()
                        .withSeed(options.seed)
                        .withDetail(AgentSettings.Detail.EVEN)
                        .withStopAfterSteps(steps)
                        .withPins(pins),
                overlay,
                Map.of(),
                true,
                false);
    }

    /// Follows a run to its end or its step limit.
    ///
    /// @return its exit status; 0 at the step limit, null when it was interrupted
    private @Nullable Integer toEnd(ActiveRun run, String activity)
            throws IOException, InterruptedException {
        try (var progress = new Progress(session.surroundings(), activity);
                var steps = new StepCount(run.source())) {
            while (run.live().alive() && !steps.limitReached() && !Interrupt.requested()) {
                steps.look();
                progress.now("step " + steps.steps());
                run.live().await(PAUSE);
            }
            boolean stopped = run.live().alive();
            if (stopped) {
                run.live().stop();
            }
            var ending =
                    run.finish(!stopped ? null : Interrupt.requested() ? "interrupted" : "limit");
            steps.look();
            progress.done(steps.steps() + (steps.steps() == 1 ? " step" : " steps"));
            return steps.limitReached()
                    ? Integer.valueOf(0)
                    : ending.signal() != null ? Integer.valueOf(-ending.signal()) : ending.status();
        }
    }

    /// The first checkpoint with an optimizer's state behind which the whole run made a step.
    private Checkpoint checkpoint(RunRecord whole) throws IOException {
        Checkpoint found = null;
        String loaded = null;
        for (var process : whole.source().processes()) {
            long steps = 0;
            boolean main = false;
            Checkpoint saved = null;
            while (found == null && process.next() instanceof Item item) {
                if (item.kind().equals("step")) {
                    steps++;
                    found = saved;
                } else if (item.event() instanceof Event.Process header) {
                    main = header.role() instanceof Role.Main;
                } else if (item.event() instanceof Event.Load load) {
                    loaded = main && steps == 0 && load.content() != null ? load.path() : loaded;
                } else if (item.event() instanceof Event.Save save
                        && main
                        && saved == null
                        && steps > 0
                        && save.optimizer()
                        && save.content() != null) {
                    saved = new Checkpoint(save.content(), save.path(), save.site(), steps);
                }
            }
        }
        if (found == null) {
            throw new CannotTell(
                    "the run saved no checkpoint with an optimizer's state before its last step",
                    loaded == null
                            ? "let it run longer (--steps, the script's own arguments), or save model and optimizer with torch.save"
                            : "it loaded "
                                    + loaded
                                    + " before its first step; when that is a checkpoint of an earlier run, move it away and begin anew");
        }
        return found;
    }

    private Verdict unknown(String reason, RunRecord record) {
        var manifest = record.manifest();
        return Verdict.plain(
                Verdict.Result.UNKNOWN,
                reason,
                new Verdict.ExperimentFacts(
                        manifest.command(),
                        session.python().version(),
                        session.python().torch(),
                        null,
                        1),
                new Verdict.Compared(2, 0, 0, 0),
                List.of(),
                null);
    }
}
