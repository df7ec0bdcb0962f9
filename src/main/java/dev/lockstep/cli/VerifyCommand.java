package dev.lockstep.cli;

import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.hazard.Ability;
import dev.lockstep.hazard.Catalogue;
import dev.lockstep.report.Amounts;
import dev.lockstep.report.VerdictHtml;
import dev.lockstep.report.VerdictJson;
import dev.lockstep.report.VerdictText;
import java.util.ArrayList;
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
            "  lockstep verify --resume-with \"--resume\" train.py --epochs 4",
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

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private DiagnosisOptions diagnosis;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "2",
            description = "Compare N runs instead of 2: the first with each of the others.")
    private int runs;

    @Option(
            names = "--vary",
            paramLabel = "LIST",
            split = ",",
            description =
                    "Let the candidate differ on purpose, in one of these at a time: hash-seed, file-order, threads, workers, load, cwd, timezone; or all.")
    private List<String> vary = List.of();

    @Option(
            names = "--resume-with",
            paramLabel = "ARGS",
            description =
                    "Compare one whole run with one that is interrupted behind a checkpoint and goes on from it: ARGS are what the script needs besides to go on, as \"--resume\"; \"\" when it does so by itself.")
    private @Nullable String resumeWith;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Also write the verdict as JSON; - is standard output.")
    private @Nullable String json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also write the verdict as a page.")
    private @Nullable String html;

    VerifyCommand(Surroundings surroundings) {
        this.given = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        if (runs < 2) {
            throw new CannotTell(
                    "--runs " + runs + ": it takes two runs to compare", "give 2 or more");
        }
        if (resumeWith != null && !vary.isEmpty()) {
            throw new CannotTell(
                    "--resume-with and --vary are two experiments", "make one after the other");
        }
        boolean jsonOut = "-".equals(json) || "-".equals(html);
        var surroundings = jsonOut ? given.textTo(given.err(), given.terminalErr()) : given;
        var session = Session.open(surroundings, options);
        var kept = new ArrayList<ActiveRun>();
        try {
            var verdict =
                    resumeWith != null
                            ? new Resumption(session, options, diagnosis, resumeWith, Map.of())
                                    .verdict(kept)
                            : new Verification(session, options, pair, diagnosis, runs, Map.of())
                                    .varying(DiagnosisOptions.factors(vary))
                                    .verdict(kept);
            print(session, verdict, kept);
            if (json != null) {
                var text = VerdictJson.text(verdict, Cli.VERSION);
                if (json.equals("-")) {
                    given.out().print(text);
                } else {
                    given.write(json, text);
                }
            }
            if (html != null) {
                var page =
                        VerdictHtml.page(
                                verdict,
                                site -> Shown.source(given.folder(), site),
                                null,
                                Cli.VERSION);
                if (html.equals("-")) {
                    given.out().print(page);
                } else {
                    given.write(html, page);
                }
            }
            return verdict.result().exitCode();
        } finally {
            kept.forEach(ActiveRun::close);
            session.close();
        }
    }

    private void print(Session session, Verdict verdict, List<ActiveRun> kept) {
        var surroundings = session.surroundings();
        var out = surroundings.out();
        out.println();
        var next = new ArrayList<String>();
        var words = Amounts.command(session.experiment().words());
        var source =
                verdict.divergence() == null
                        ? null
                        : Shown.source(surroundings.folder(), verdict.divergence());
        var reference = kept.getFirst();
        var candidate = kept.getLast();
        switch (verdict.result()) {
            case IDENTICAL ->
                    next.add(
                            "lockstep run "
                                    + (options.dropLast ? "--drop-last " : "")
                                    + words
                                    + "      keeps a record to come back to");
            case DIVERGED -> {
                var proved = proved(verdict);
                if (proved.stream().anyMatch(hazard -> Catalogue.get(hazard).can(Ability.FIX))) {
                    next.add(
                            "lockstep fix "
                                    + (resumeWith == null
                                            ? ""
                                            : "--resume-with \"" + resumeWith + "\" ")
                                    + (options.dropLast ? "--drop-last " : "")
                                    + words
                                    + "      shows the edits as a diff");
                }
                proved.stream().limit(1).forEach(hazard -> next.add("lockstep explain " + hazard));
                if (resumeWith == null) {
                    next.add(
                            "lockstep diff "
                                    + reference.folder().id()
                                    + " "
                                    + candidate.folder().id());
                }
            }
            case UNKNOWN -> {
                var failure = Endings.failure(kept, session.python());
                if (failure != null) {
                    failure.lines().forEach(line -> out.println("    " + line));
                    next.add(failure.advice());
                } else if (verdict.explanation() != null) {
                    next.add("lockstep fix --check-only " + words + "      shows what seeds them");
                    next.add("lockstep run " + words + "      runs it with every generator seeded");
                } else {
                    next.add("lockstep verify " + words);
                }
            }
        }
        out.print(
                Notebooks.named(
                        surroundings.folder(),
                        VerdictText.text(verdict, source, next, surroundings.colour())));
    }

    private static List<String> proved(Verdict verdict) {
        var found = verdict.explanation();
        return found == null
                ? List.of()
                : found.proved().stream().map(one -> one.suspect().hazard()).distinct().toList();
    }
}
