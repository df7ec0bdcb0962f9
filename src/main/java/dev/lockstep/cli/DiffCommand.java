package dev.lockstep.cli;

import dev.lockstep.comparison.CodeChange;
import dev.lockstep.comparison.Comparison;
import dev.lockstep.comparison.Divergence;
import dev.lockstep.comparison.EnvironmentDifference;
import dev.lockstep.comparison.LossDistance;
import dev.lockstep.comparison.NotCompared;
import dev.lockstep.comparison.Outcome;
import dev.lockstep.comparison.RunEnvironment;
import dev.lockstep.comparison.Survey;
import dev.lockstep.comparison.TextDifference;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.event.Event;
import dev.lockstep.event.Unreadable;
import dev.lockstep.record.RunRecord;
import dev.lockstep.report.DiffText;
import dev.lockstep.report.VerdictJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lockstep diff RUN RUN`: in what two recorded runs differ.
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description =
                "Compare two recorded runs: what differs around them, and the first event at which they part.",
        footer = {
            "",
            "RUN is an id, the beginning of one, a name, a path to a run's folder or packed file, or `last`.",
            "",
            "Examples:",
            "  lockstep diff baseline last",
            "  lockstep diff paper.lockstep last --json -"
        })
final class DiffCommand implements Callable<Integer> {
    private final Surroundings given;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private RecordOptions records;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Also write the verdict as JSON; - is standard output.")
    private @Nullable String json;

    @Parameters(index = "0", paramLabel = "REFERENCE", description = "The run to compare with.")
    @SuppressWarnings("NullAway.Init")
    private String reference;

    @Parameters(index = "1", paramLabel = "CANDIDATE", description = "The run to compare.")
    @SuppressWarnings("NullAway.Init")
    private String candidate;

    DiffCommand(Surroundings surroundings) {
        this.given = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        boolean jsonOut = "-".equals(json);
        var surroundings = jsonOut ? given.textTo(given.err(), given.terminalErr()) : given;
        try (var left = records.open(surroundings, reference);
                var right = records.open(surroundings, candidate)) {
            RecordOptions.ended(left);
            RecordOptions.ended(right);
            return compare(surroundings, left, right, jsonOut);
        }
    }

    private int compare(Surroundings surroundings, RunRecord left, RunRecord right, boolean jsonOut)
            throws IOException {
        var comparison =
                new Comparison(
                        left.source(),
                        right.source(),
                        new RecordTexts(left),
                        new RecordTexts(right));
        Outcome outcome;
        try (var progress = new Progress(surroundings, "comparing")) {
            outcome = comparison.advance();
            while (outcome == null && !Interrupt.requested()) {
                progress.now("step " + comparison.counts().steps());
                outcome = comparison.advance();
            }
            if (outcome == null) {
                outcome =
                        new Outcome.Unknown(
                                "interrupted after step " + comparison.counts().steps(),
                                comparison.counts(),
                                List.of());
            }
            progress.clear();
        }
        var verdict = verdict(outcome, comparison, left, right);
        if (outcome instanceof Outcome.Parted) {
            // What the runs told of themselves at their ends lies behind the divergence.
            verdict = verdict.withEnvironmentDifferences(toTheirEnds(verdict, left, right));
        }
        var changes = CodeChange.between(left, right);
        var losses = verdict.result() == Verdict.Result.IDENTICAL ? null : losses(left, right);
        var source =
                Shown.source(surroundings.folder(), List.of(left, right), verdict.divergence());
        surroundings
                .out()
                .print(
                        DiffText.text(
                                left.id(),
                                left.manifest(),
                                right.id(),
                                right.manifest(),
                                verdict,
                                changes,
                                losses,
                                source,
                                surroundings.colour()));
        if (json != null) {
            var text =
                    VerdictJson.text(verdict, Cli.VERSION, VerdictJson.difference(changes, losses));
            if (jsonOut) {
                given.out().print(text);
            } else {
                given.write(json, text);
            }
        }
        return verdict.result().exitCode();
    }

    private static List<EnvironmentDifference> toTheirEnds(
            Verdict verdict, RunRecord left, RunRecord right) throws IOException {
        try {
            return RunEnvironment.differences(
                    RunEnvironment.of(left, Survey.of(left.source()).observations()),
                    RunEnvironment.of(right, Survey.of(right.source()).observations()));
        } catch (Unreadable e) {
            return verdict.environmentDifferences();
        }
    }

    private static @Nullable LossDistance losses(RunRecord left, RunRecord right)
            throws IOException {
        try {
            return LossDistance.between(left.source(), right.source());
        } catch (Unreadable e) {
            // The verdict says that a stream is damaged.
            return null;
        }
    }

    /// The verdict on two records, with what differs around them.
    static Verdict verdict(Outcome outcome, Comparison comparison, RunRecord left, RunRecord right)
            throws IOException {
        var facts = facts(comparison, left);
        var compared =
                new Verdict.Compared(
                        2,
                        outcome.counts().steps(),
                        outcome.counts().events(),
                        outcome.counts().tensors());
        var notCompared = new ArrayList<>(outcome.notCompared());
        Verdict plain =
                switch (outcome) {
                    case Outcome.Parted parted ->
                            Verdict.plain(
                                    Verdict.Result.DIVERGED,
                                    null,
                                    facts,
                                    compared,
                                    notCompared,
                                    parted.divergence());
                    case Outcome.Unknown unknown ->
                            Verdict.plain(
                                    Verdict.Result.UNKNOWN,
                                    unknown.reason(),
                                    facts,
                                    compared,
                                    notCompared,
                                    null);
                    case Outcome.Agreed agreed -> {
                        Divergence output = null;
                        for (TextDifference difference : agreed.differences()) {
                            if (difference.text() && output == null) {
                                output = Workbench.output(agreed, difference);
                            } else {
                                notCompared.add(
                                        new NotCompared(
                                                difference.file(),
                                                difference.text()
                                                        ? "its text differs too"
                                                        : difference.reference() == null
                                                                        || difference.candidate()
                                                                                == null
                                                                ? "only one run wrote it"
                                                                : "its bytes differ, and what such a file holds is not known"));
                            }
                        }
                        yield Verdict.plain(
                                output == null ? Verdict.Result.IDENTICAL : Verdict.Result.DIVERGED,
                                null,
                                facts,
                                compared,
                                notCompared,
                                output);
                    }
                };
        return plain.withEnvironmentDifferences(environment(comparison, left, right));
    }

    /// In what two runs differ around their events.
    static List<EnvironmentDifference> environment(
            Comparison comparison, RunRecord left, RunRecord right) throws IOException {
        return RunEnvironment.differences(
                RunEnvironment.of(left, comparison.reference()),
                RunEnvironment.of(right, comparison.candidate()));
    }

    static Verdict.ExperimentFacts facts(Comparison comparison, RunRecord run) {
        var torch = comparison.reference().events(Event.Torch.class);
        var python =
                comparison.reference().events(Event.Process.class).stream()
                        .map(Event.Process::python)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse("?");
        return new Verdict.ExperimentFacts(
                run.manifest().command(),
                python,
                torch.isEmpty() ? null : torch.getFirst().version(),
                torch.isEmpty() ? null : torch.getFirst().threads(),
                comparison.reference().of(Event.Process.class).size());
    }
}
