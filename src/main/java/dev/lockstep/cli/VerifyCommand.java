package dev.lockstep.cli;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.comparison.NotCompared;
import dev.lockstep.comparison.Outcome;
import dev.lockstep.comparison.TextDifference;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.event.AgentSettings;
import dev.lockstep.event.Event;
import dev.lockstep.event.PinSetting;
import dev.lockstep.report.VerdictJson;
import dev.lockstep.report.VerdictText;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `lockstep verify`: two runs side by side, and whether they agree bit for bit.
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Run an experiment twice side by side, say whether the runs agree bit for bit, and if not where they part and why.",
        footer = {
            "",
            "The runs happen in scratch mirrors of the folder; nothing in the folder changes.",
            "",
            "Examples:",
            "  lockstep verify train.py --epochs 1",
            "  lockstep verify --steps 20 --json verdict.json train.py",
            "  lockstep verify -m package.train",
            "  lockstep verify -- torchrun --nproc-per-node 2 train.py"
        })
final class VerifyCommand implements Callable<Integer> {
    private final Surroundings given;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ExperimentOptions options;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private PairOptions pair;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "2",
            description = "Compare N runs instead of 2: the first with each of the others.")
    private int runs;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Also write the verdict as JSON; - is standard output.")
    private @Nullable String json;

    VerifyCommand(Surroundings surroundings) {
        this.given = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        if (runs < 2) {
            throw new CannotTell(
                    "--runs " + runs + ": it takes two runs to compare", "give 2 or more");
        }
        boolean jsonOut = "-".equals(json);
        var surroundings = jsonOut ? given.textTo(given.err(), given.terminalErr()) : given;
        var session = Session.open(surroundings, options);
        var kept = new ArrayList<ActiveRun>();
        try {
            var verdict = verdict(session, kept);
            print(session, verdict, kept);
            if (json != null) {
                var text = VerdictJson.text(verdict, Cli.VERSION);
                if (jsonOut) {
                    given.out().print(text);
                } else {
                    Files.writeString(given.folder().resolve(json), text);
                }
            }
            return verdict.result().exitCode();
        } finally {
            kept.forEach(ActiveRun::close);
            session.close();
        }
    }

    private Session.Order order(List<PinSetting> pins, boolean mirrored) {
        var settings =
                AgentSettings.plain()
                        .withSeed(options.seed)
                        .withStopAfterSteps(options.steps)
                        .withPins(pins);
        return new Session.Order(settings, Map.of(), Map.of(), mirrored, false);
    }

    private Verdict verdict(Session session, List<ActiveRun> kept)
            throws IOException, InterruptedException {
        var surroundings = session.surroundings();
        var pairs = new Pairs(session, pair.sequential, !pair.inPlace);
        var order = order(List.of(), pairs.mirrored());
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
        var outcome = settled(session, pairs, first, notCompared);
        for (int run = 3;
                run <= runs && outcome instanceof Outcome.Agreed && !first.interrupted();
                run++) {
            try (var progress =
                    new Progress(surroundings, "run " + run + " against the reference")) {
                var further = pairs.again(session.runs(), first.reference(), order, progress);
                kept.add(further.candidate());
                outcome = settled(session, pairs, further, notCompared);
                progress.done(ended(outcome));
            }
        }
        return switch (outcome) {
            case Outcome.Agreed agreed ->
                    Verdict.plain(
                            Verdict.Result.IDENTICAL,
                            null,
                            facts,
                            compared(agreed, runs),
                            List.copyOf(notCompared),
                            null);
            case Outcome.Unknown unknown ->
                    Verdict.plain(
                            Verdict.Result.UNKNOWN,
                            reason(session, unknown),
                            facts,
                            compared(unknown, 2),
                            List.copyOf(notCompared),
                            null);
            case Outcome.Parted parted ->
                    Verdict.plain(
                            Verdict.Result.DIVERGED,
                            null,
                            facts,
                            compared(parted, 2),
                            List.copyOf(notCompared),
                            shown.divergence(parted.divergence()));
        };
    }

    /// Decides what texts that differ mean when everything else agrees: with the clock pinned, text
    /// that only tells times agrees too.
    private Outcome settled(
            Session session,
            Pairs pairs,
            Pairs.Result result,
            LinkedHashSet<NotCompared> notCompared)
            throws IOException, InterruptedException {
        if (!(result.outcome() instanceof Outcome.Agreed agreed)
                || agreed.differences().isEmpty()) {
            return result.outcome();
        }
        var first = agreed.differences().getFirst();
        var order = order(List.of(new PinSetting("clock")), pairs.mirrored());
        try (var progress =
                new Progress(
                        session.surroundings(),
                        "what they print or write differs ("
                                + first.file()
                                + "); again with the clock pinned")) {
            var probe = pairs.run(session.probes(), order, order, progress);
            try {
                switch (probe.outcome()) {
                    case Outcome.Agreed again when again.differences().isEmpty() -> {
                        progress.done("the text agrees too");
                        notCompared.add(
                                new NotCompared(
                                        "times in " + first.file(),
                                        "they differ as times do: with the clock pinned the text agrees"));
                        return agreed;
                    }
                    case Outcome.Agreed again -> {
                        progress.done("the text differs still");
                        return output(agreed, again.differences().getFirst());
                    }
                    case Outcome.Parted _, Outcome.Unknown _ -> {
                        progress.done("no answer");
                        return output(agreed, first);
                    }
                }
            } finally {
                probe.discard();
            }
        }
    }

    private static Outcome output(Outcome.Agreed agreed, TextDifference difference) {
        return new Outcome.Parted(
                new Divergence(
                        agreed.counts().steps(),
                        Divergence.Kind.OUTPUT,
                        difference.text()
                                ? difference.file() + " line " + difference.line()
                                : difference.file(),
                        "main",
                        null,
                        difference.reference(),
                        difference.candidate(),
                        List.of()),
                agreed.counts(),
                agreed.notCompared());
    }

    private static Verdict.Compared compared(Outcome outcome, int runs) {
        var counts = outcome.counts();
        return new Verdict.Compared(runs, counts.steps(), counts.events(), counts.tensors());
    }

    private static String ended(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Parted parted -> "stopped at step " + parted.divergence().step();
            case Outcome.Agreed agreed ->
                    "agree over " + VerdictText.count(agreed.counts().steps(), "step", "steps");
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

    private void print(Session session, Verdict verdict, List<ActiveRun> kept) {
        var surroundings = session.surroundings();
        var out = surroundings.out();
        out.println();
        var next = new ArrayList<String>();
        var words = String.join(" ", session.experiment().words());
        var source =
                verdict.divergence() == null
                        ? null
                        : Shown.source(surroundings.folder(), verdict.divergence());
        var reference = kept.getFirst();
        var candidate = kept.getLast();
        switch (verdict.result()) {
            case IDENTICAL ->
                    next.add("lockstep run " + words + "      keeps a record to come back to");
            case DIVERGED ->
                    next.add(
                            "lockstep diff "
                                    + reference.folder().id()
                                    + " "
                                    + candidate.folder().id());
            case UNKNOWN -> {
                var failed = failed(kept);
                if (failed != null && !Interrupt.requested()) {
                    var lines = Endings.traceback(failed.folder());
                    if (lines.isEmpty()) {
                        lines = Endings.lastLines(failed.folder(), 10);
                    }
                    lines.forEach(line -> out.println("    " + line));
                    next.add(Endings.advice(failed.folder(), session.python()));
                } else {
                    next.add("lockstep verify " + words);
                }
            }
        }
        out.print(VerdictText.text(verdict, source, next, surroundings.colour()));
    }

    /// The first run that failed by itself.
    private static @Nullable ActiveRun failed(List<ActiveRun> runs) {
        for (var run : runs) {
            var status = run.exitStatus();
            if (status != null && status != 0 && !run.stopped()) {
                return run;
            }
        }
        return null;
    }
}
