package dev.lockstep.cli;

import dev.lockstep.comparison.Comparison;
import dev.lockstep.comparison.Outcome;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.event.AgentSettings;
import dev.lockstep.event.PinSetting;
import dev.lockstep.event.Unreadable;
import dev.lockstep.process.Experiment;
import dev.lockstep.record.Manifest;
import dev.lockstep.record.RunRecord;
import dev.lockstep.record.RunStore;
import dev.lockstep.report.DiffText;
import dev.lockstep.report.VerdictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lockstep rerun RUN`: a recorded run once more, compared with its record while it runs.
@Command(
        name = "rerun",
        mixinStandardHelpOptions = true,
        description =
                "Do a recorded run again, with its command, pins and seed, and compare it with its record while it runs.",
        footer = {
            "",
            "RUN is an id, the beginning of one, a name, a path to a run's folder, or `last`.",
            "It stops at the first divergence unless --keep-going is given.",
            "",
            "Examples:",
            "  lockstep rerun last",
            "  lockstep rerun baseline --json verdict.json"
        })
final class RerunCommand implements Callable<Integer> {
    private final Surroundings given;

    @Parameters(index = "0", paramLabel = "RUN", description = "The run to do again.")
    @SuppressWarnings("NullAway.Init")
    private String run;

    @Option(
            names = "--python",
            paramLabel = "EXE",
            description = "The interpreter; else found as for `verify`.")
    private @Nullable String python;

    @Option(
            names = "--keep-going",
            description = "Let the run go on to its end after a divergence.")
    private boolean keepGoing;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Also write the verdict as JSON; - is standard output.")
    private @Nullable String json;

    RerunCommand(Surroundings surroundings) {
        this.given = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        boolean jsonOut = "-".equals(json);
        var surroundings = jsonOut ? given.textTo(given.err(), given.terminalErr()) : given;
        try (var record = open(surroundings)) {
            var verdict = again(surroundings, record);
            if (json != null) {
                var text = VerdictJson.text(verdict, Cli.VERSION);
                if (jsonOut) {
                    given.out().print(text);
                } else {
                    Files.writeString(given.folder().resolve(json), text);
                }
            }
            return verdict.result().exitCode();
        }
    }

    private RunRecord open(Surroundings surroundings) throws IOException {
        try {
            return RunStore.of(surroundings.folder()).open(surroundings.folder(), run);
        } catch (Unreadable e) {
            throw new CannotTell(String.valueOf(e.getMessage()));
        }
    }

    private Verdict again(Surroundings surroundings, RunRecord record)
            throws IOException, InterruptedException {
        var manifest = record.manifest();
        if (!Path.of(manifest.directory()).equals(surroundings.folder())) {
            surroundings
                    .err()
                    .println(
                            "note: the run was made in "
                                    + manifest.directory()
                                    + ", this one happens in "
                                    + surroundings.folder());
        }
        var session = Session.open(surroundings, Experiment.of(manifest.command()), python, null);
        try {
            return compared(surroundings, session, record, manifest);
        } finally {
            session.close();
        }
    }

    private Verdict compared(
            Surroundings surroundings, Session session, RunRecord record, Manifest manifest)
            throws IOException, InterruptedException {
        var limit = manifest.stepLimit();
        var seed = manifest.seed();
        var settings =
                AgentSettings.plain()
                        .withSeed(seed == null ? 0 : seed)
                        .withStopAfterSteps(limit == null ? null : Math.toIntExact(limit))
                        .withPins(manifest.pins().stream().map(PinSetting::new).toList());
        var order = new Session.Order(settings, Map.of(), Map.of(), false, false);
        try (var candidate = session.start(session.runs(), order)) {
            var comparison =
                    new Comparison(
                            record.source(),
                            candidate.source(),
                            new RecordTexts(record),
                            new LiveTexts(candidate.folder(), candidate.workspace()));
            var outcome = follow(surroundings, record, candidate, comparison);
            var step =
                    outcome instanceof Outcome.Parted parted
                            ? Long.valueOf(parted.divergence().step())
                            : null;
            try (var fresh = candidate.folder().read()) {
                var verdict = DiffCommand.verdict(outcome, comparison, record, fresh);
                candidate.compared(
                        new Manifest.LastComparison(record.id(), verdict.result().text(), step));
                var source =
                        verdict.divergence() == null
                                ? null
                                : Shown.source(surroundings.folder(), verdict.divergence());
                surroundings
                        .out()
                        .print(
                                DiffText.text(
                                        record.id(),
                                        manifest,
                                        fresh.id(),
                                        fresh.manifest(),
                                        verdict,
                                        source,
                                        surroundings.colour()));
                return verdict;
            }
        }
    }

    private Outcome follow(
            Surroundings surroundings, RunRecord record, ActiveRun candidate, Comparison comparison)
            throws IOException, InterruptedException {
        try (var progress = new Progress(surroundings, "again, beside the record " + record.id())) {
            var outcome = comparison.advance();
            while (outcome == null && !Interrupt.requested()) {
                progress.now("step " + comparison.counts().steps());
                candidate.live().await(comparison.idle() ? 20 : 1);
                outcome = comparison.advance();
            }
            while (keepGoing && candidate.live().alive() && !Interrupt.requested()) {
                progress.now("parted; going on");
                candidate.live().await(50);
            }
            boolean running = candidate.live().alive();
            if (running) {
                candidate.live().stop();
            }
            candidate.finish(
                    !running
                            ? null
                            : Interrupt.requested()
                                    ? "interrupted"
                                    : outcome instanceof Outcome.Parted ? "divergence" : "limit");
            progress.clear();
            return outcome != null
                    ? outcome
                    : new Outcome.Unknown(
                            "interrupted after step " + comparison.counts().steps(),
                            comparison.counts(),
                            List.of());
        }
    }
}
