package dev.lockstep.cli;

import dev.lockstep.check.Edit;
import dev.lockstep.check.Finding;
import dev.lockstep.check.Fix;
import dev.lockstep.check.Selection;
import dev.lockstep.diagnosis.Explanation;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.event.Site;
import dev.lockstep.fix.Patch;
import dev.lockstep.fix.Plan;
import dev.lockstep.fix.Planner;
import dev.lockstep.fix.Start;
import dev.lockstep.report.Amounts;
import dev.lockstep.report.FixJson;
import dev.lockstep.report.RepairText;
import dev.lockstep.report.VerdictHtml;
import dev.lockstep.report.VerdictText;
import dev.lockstep.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `lockstep fix`: the edits that remove the causes, proved on a copy, shown as a diff, written on
/// request.
@Command(
        name = "fix",
        mixinStandardHelpOptions = true,
        description =
                "Verify an experiment, propose the edits that remove the causes, prove them on a copy and show the diff.",
        footer = {
            "",
            "Nothing in the folder changes without --write.",
            "",
            "Examples:",
            "  lockstep fix train.py --epochs 1",
            "  lockstep fix --write --steps 50 train.py",
            "  lockstep fix --check-only train.py"
        })
final class FixCommand implements Callable<Integer> {
    /// How often edits, proof and a further diagnosis take turns.
    private static final int ROUNDS = 5;

    /// The hazard whose edit is made only when it is asked for.
    private static final String DROPPING = "LS203";

    private final Surroundings given;
    private Endings.@Nullable Failure failure;

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
            defaultValue = "3",
            description = "How many runs of the repaired script must agree; default: 3.")
    private int runs;

    @Option(
            names = "--resume-with",
            paramLabel = "ARGS",
            description =
                    "Repair what makes a run that goes on from its checkpoint another one, as `verify --resume-with` finds it.")
    private @Nullable String resumeWith;

    @Option(names = "--write", description = "Write the edits into the files once they are proved.")
    private boolean write;

    @Option(
            names = "--check-only",
            description = "Run nothing: apply what the check proposes and cannot change a result.")
    private boolean checkOnly;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Also write everything as JSON; - is standard output.")
    private @Nullable String json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also write the last verdict as a page.")
    private @Nullable String html;

    FixCommand(Surroundings surroundings) {
        this.given = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        boolean jsonOut = "-".equals(json);
        var surroundings = jsonOut ? given.textTo(given.err(), given.terminalErr()) : given;
        var session = Session.open(surroundings, options);
        try {
            var source = ProjectSource.find(session);
            var scripts = StartedScripts.of(session.experiment(), source);
            if (scripts.paths().isEmpty() && checkOnly) {
                throw new CannotTell(
                        "the script of “"
                                + Amounts.command(session.experiment().words())
                                + "” is no file of this project, so there is nothing to edit",
                        "name the script: lockstep fix train.py");
            }
            var result =
                    checkOnly
                            ? checked(session, source, scripts)
                            : proved(session, source, scripts);
            return told(session, source, result);
        } finally {
            session.close();
        }
    }

    /// What came out.
    ///
    /// @param before the verdict on the script as it is; null when nothing was run
    /// @param after the verdict on the repaired script; null when nothing was edited or run
    private record Repair(
            @Nullable Verdict before,
            @Nullable Verdict after,
            Map<String, byte[]> original,
            Map<String, byte[]> repaired,
            Set<Edit> edits,
            List<String> advice,
            boolean unsafe) {}

    private Repair checked(Session session, ProjectSource source, StartedScripts scripts) {
        var entry = scripts.paths().getFirst();
        var project = source.project();
        var findings = new ArrayList<>(source.check(project, List.of(entry)).findings());
        boolean unsafe = false;
        var edits = new LinkedHashSet<Edit>();
        var advice = new ArrayList<String>();
        if (options.dropLast) {
            findings.removeIf(finding -> finding.hazard().id().equals(DROPPING));
            findings.addAll(
                    source.check(
                                    project,
                                    List.of(entry),
                                    Selection.of(List.of(DROPPING), List.of()))
                            .findings());
        }
        var seeds = Planner.seeds(findings, project, entry, start(session, source, scripts));
        edits.addAll(seeds.edits());
        for (Finding finding : findings) {
            if (!seeds.edits().isEmpty() && Planner.seeds(finding)) {
                continue;
            }
            var fix = finding.fix();
            boolean asked = options.dropLast && finding.hazard().id().equals(DROPPING);
            if (fix != null && (fix.safety() == Fix.Safety.SAFE || asked)) {
                unsafe |= fix.safety() != Fix.Safety.SAFE;
                edits.addAll(fix.edits());
            } else {
                advice.add(
                        finding.place().fileAndLine()
                                + ": "
                                + finding.hazard().id()
                                + " "
                                + finding.message());
            }
        }
        var original = new TreeMap<String, byte[]>();
        var plan = Plan.of(edits, advice, unsafe, project);
        return new Repair(
                null,
                null,
                original,
                apply(source, plan, original),
                new LinkedHashSet<>(plan.edits()),
                plan.advice(),
                unsafe);
    }

    private static Start start(Session session, ProjectSource source, StartedScripts scripts) {
        return new Start(
                source.everyPythonFrom(session, 3, 10),
                scripts.paths().isEmpty() ? Start.Way.IMPORT : scripts.way(),
                scripts.function(),
                session.experiment().words());
    }

    private Repair proved(Session session, ProjectSource source, StartedScripts scripts)
            throws IOException, InterruptedException {
        var surroundings = session.surroundings();
        var original = new TreeMap<String, byte[]>();
        var repaired = new TreeMap<String, byte[]>();
        var edits = new LinkedHashSet<Edit>();
        var advice = new LinkedHashSet<String>();
        boolean unsafe = false;
        var start = start(session, source, scripts);
        var before = verified(session, 2, Map.of(), true);
        var latest = before;
        var tried = new HashSet<Object>();
        for (int round = 0; round < ROUNDS && latest.result() == Verdict.Result.DIVERGED; round++) {
            var found = latest.explanation();
            if (found == null || found.proved().isEmpty() || Interrupt.requested()) {
                break;
            }
            var project = source.project();
            var files =
                    found.proved().stream()
                            .flatMap(one -> one.suspect().places().stream())
                            .map(place -> place.site().file())
                            .collect(Collectors.toCollection(LinkedHashSet::new));
            var entry = source.scriptOf(scripts.paths(), files, project);
            if (entry == null) {
                break;
            }
            files.add(entry);
            var findings = source.check(project, files).findings();
            var plan = Planner.plan(found.proved(), project, entry, start, findings);
            advice.addAll(plan.advice());
            // The same edit once more, for the same cause, would help as little as before.
            if (plan.edits().isEmpty() || !tried.add(attempt(found.proved(), plan))) {
                break;
            }
            unsafe |= plan.unsafe();
            edits.addAll(plan.edits());
            repaired.putAll(apply(source, plan, original));
            surroundings
                    .out()
                    .println(
                            VerdictText.count(plan.edits().size(), "edit", "edits")
                                    + " in "
                                    + plan.edits().stream()
                                            .map(edit -> edit.place().file())
                                            .distinct()
                                            .collect(Collectors.joining(", "))
                                    + "; proving on a copy");
            latest = verified(session, Math.max(2, runs), overlay(session, repaired), true);
        }
        if (options.dropLast && latest.result() == Verdict.Result.IDENTICAL) {
            var plan = dropping(source, latest.lastBatches().dropped());
            advice.addAll(plan.advice());
            if (!plan.edits().isEmpty()) {
                unsafe = true;
                edits.addAll(plan.edits());
                repaired.putAll(apply(source, plan, original));
                latest = verified(session, Math.max(2, runs), overlay(session, repaired), false);
            }
        }
        return new Repair(
                before,
                repaired.isEmpty() ? null : latest,
                original,
                repaired,
                edits,
                List.copyOf(advice),
                unsafe);
    }

    /// What does for good what `--drop-last` does for one run.
    private static Plan dropping(ProjectSource source, List<Site> loaders) {
        var files =
                loaders.stream()
                        .map(Site::file)
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        var project = source.project();
        var findings =
                source.check(project, files, Selection.of(List.of(DROPPING), List.of())).findings();
        var edits = new LinkedHashSet<Edit>();
        var advice = new ArrayList<String>();
        for (var site : loaders) {
            var fix =
                    findings.stream()
                            .filter(finding ->
                                    finding.hazard().id().equals(DROPPING)
                                            && finding.place().file().equals(site.file())
                                            && finding.place().line() <= site.line()
                                            && site.line() <= finding.place().endLine())
                            .map(Finding::fix)
                            .filter(Objects::nonNull)
                            .findFirst();
            fix.ifPresentOrElse(
                    one -> edits.addAll(one.edits()),
                    () -> advice.add("LS203 at " + site.text() + ": pass drop_last=True"));
        }
        return Plan.of(edits, advice, true, project);
    }

    /// What is tried against what, but for the lines, which edits move.
    private static Object attempt(List<Explanation.Proved> causes, Plan plan) {
        return List.of(
                causes.stream()
                        .map(cause ->
                                cause.suspect().hazard()
                                        + cause.suspect().pin().name()
                                        + cause.suspect().places().stream()
                                                .map(place -> place.file() + place.function())
                                                .toList())
                        .toList(),
                plan.edits().stream().map(Edit::text).toList());
    }

    /// @param asked whether the pins hold that the options ask for
    private Verdict verified(Session session, int count, Map<String, byte[]> overlay, boolean asked)
            throws IOException, InterruptedException {
        var kept = new ArrayList<ActiveRun>();
        try {
            var verdict =
                    resumeWith != null
                            ? new Resumption(session, options, diagnosis, resumeWith, overlay)
                                    .verdict(kept)
                            : new Verification(session, options, pair, diagnosis, count, overlay)
                                    .asked(asked)
                                    .verdict(kept);
            failure =
                    verdict.result() == Verdict.Result.UNKNOWN
                            ? Endings.failure(kept, session.python())
                            : null;
            return verdict;
        } finally {
            kept.forEach(ActiveRun::close);
        }
    }

    /// Applies a plan in memory; notes what the files were before the first change.
    private static Map<String, byte[]> apply(
            ProjectSource source, Plan plan, Map<String, byte[]> original) {
        var byFile = new TreeMap<String, List<Edit>>();
        plan.edits()
                .forEach(edit ->
                        byFile.computeIfAbsent(edit.place().file(), _ -> new ArrayList<>())
                                .add(edit));
        var repaired = new HashMap<String, byte[]>();
        byFile.forEach((path, edits) -> {
            var bytes = Objects.requireNonNull(source.read(path));
            original.putIfAbsent(path, bytes);
            byte[] after;
            try {
                after = Patch.of(Source.of(path, bytes), edits).bytes();
            } catch (IllegalArgumentException e) {
                throw new CannotTell(
                        "no edit of " + path + " is possible: " + e.getMessage(),
                        "lockstep check " + path + "      says what to change by hand");
            }
            source.change(path, after);
            repaired.put(path, after);
        });
        return repaired;
    }

    /// The changed files by their paths in the project.
    private static Map<String, byte[]> overlay(Session session, Map<String, byte[]> changed) {
        var overlay = new HashMap<String, byte[]>();
        changed.forEach((path, bytes) ->
                overlay.put(
                        session.project()
                                .relativize(
                                        session.surroundings().folder().resolve(path).normalize())
                                .toString(),
                        bytes));
        return overlay;
    }

    private int told(Session session, ProjectSource source, Repair repair) throws IOException {
        var surroundings = session.surroundings();
        var out = surroundings.out();
        var before = repair.before();
        out.println();
        if (failure != null) {
            failure.lines().forEach(line -> out.println("    " + line));
        }
        if (before != null && before.result() != Verdict.Result.DIVERGED) {
            print(session, before, failure == null ? List.of() : List.of(failure.advice()));
            if (before.result() == Verdict.Result.IDENTICAL) {
                out.println("  Nothing to fix.");
            }
        }
        var diff = diff(repair);
        var text =
                RepairText.text(
                        before == null ? null : before.explanation(),
                        diff,
                        repair.advice(),
                        surroundings.colour());
        out.print(Notebooks.named(surroundings.folder(), text));
        var after = repair.after();
        boolean good =
                checkOnly
                        ? true
                        : !Interrupt.requested()
                                && (after == null
                                        ? before != null
                                                && before.result() == Verdict.Result.IDENTICAL
                                        : after.result() == Verdict.Result.IDENTICAL);
        if (after != null) {
            out.println();
            print(session, after, List.of());
            if (good && options.steps != null) {
                out.println(
                        "  Proved for the first "
                                + VerdictText.count(options.steps, "step", "steps")
                                + " of each run; what follows was not run.");
            }
        } else if (before != null && before.result() == Verdict.Result.DIVERGED) {
            out.println();
            print(session, before, List.of());
            if (!Interrupt.requested()) {
                out.println("  No edit removes it.");
            }
        }
        if (checkOnly && repair.repaired().isEmpty() && repair.advice().isEmpty()) {
            out.println("Nothing to fix.");
        }
        if (repair.unsafe() && !repair.repaired().isEmpty()) {
            out.println(
                    "  Some of these edits change the numbers of a run, not only whether they repeat.");
        }
        var last = after != null ? after : before;
        // The page shows lines as they ran, so it is made before they are changed.
        var page =
                html == null || last == null
                        ? null
                        : VerdictHtml.page(
                                before != null ? before : last,
                                site -> Shown.source(given.folder(), site),
                                diff.isEmpty() && repair.advice().isEmpty()
                                        ? null
                                        : new VerdictHtml.Repair(diff, repair.advice(), after),
                                Cli.VERSION);
        boolean written = false;
        if (!repair.repaired().isEmpty()) {
            if (Interrupt.requested()) {
                out.println("Interrupted: these edits are not proved, and nothing was written.");
            } else if (write && good) {
                written = write(source, repair, surroundings);
                out.println("next:  lockstep verify " + again(session));
            } else if (write) {
                out.println("Nothing was written: the repaired script is not proved to repeat.");
            } else {
                out.println(
                        "next:  lockstep fix --write "
                                + (checkOnly ? "--check-only " : "")
                                + again(session)
                                + "      "
                                + (good
                                        ? "writes these edits"
                                        : "writes nothing before the runs agree"));
            }
        }
        if (Interrupt.requested() && repair.repaired().isEmpty()) {
            out.println("Interrupted: no edit was proved, and nothing was written.");
        }
        if (Interrupt.requested() && options.steps == null) {
            out.println(
                    "next:  lockstep fix --steps 50 "
                            + again(session)
                            + "      stops each run after 50 steps");
        }
        if (json != null) {
            var document =
                    FixJson.text(
                            before,
                            List.copyOf(repair.edits()),
                            repair.advice(),
                            diff,
                            after,
                            written,
                            Cli.VERSION);
            if ("-".equals(json)) {
                given.out().print(document);
            } else {
                given.write(json, document);
            }
        }
        if (html != null && page != null) {
            given.write(html, page);
        }
        if (checkOnly) {
            return repair.repaired().isEmpty() && repair.advice().isEmpty() ? 0 : 1;
        }
        if (Interrupt.requested() || before != null && before.result() == Verdict.Result.UNKNOWN) {
            return 2;
        }
        return good ? 0 : after != null && after.result() == Verdict.Result.UNKNOWN ? 2 : 1;
    }

    private void print(Session session, Verdict verdict, List<String> next) {
        var surroundings = session.surroundings();
        surroundings
                .out()
                .print(
                        Notebooks.named(
                                surroundings.folder(),
                                VerdictText.text(verdict, null, next, surroundings.colour())));
    }

    /// The words that start the same experiment once more.
    private String again(Session session) {
        return (options.steps == null ? "" : "--steps " + options.steps + " ")
                + (options.dropLast ? "--drop-last " : "")
                + (resumeWith == null ? "" : "--resume-with \"" + resumeWith + "\" ")
                + Amounts.command(session.experiment().words());
    }

    private static String diff(Repair repair) {
        var text = new StringBuilder();
        repair.repaired()
                .forEach((path, bytes) ->
                        text.append(
                                Patch.between(
                                                Source.of(
                                                        path,
                                                        Objects.requireNonNull(
                                                                repair.original().get(path))),
                                                bytes)
                                        .diff()));
        return text.toString();
    }

    /// Writes the repaired files, each as a whole or not at all.
    private boolean write(ProjectSource source, Repair repair, Surroundings surroundings)
            throws IOException {
        for (var path : repair.repaired().keySet()) {
            var file = Objects.requireNonNull(source.file(path));
            if (!Arrays.equals(Files.readAllBytes(file), repair.original().get(path))) {
                throw new CannotTell(
                        path + " changed while its repair was proved, so nothing was written",
                        "run this again");
            }
            if (!mayBeWritten(file)) {
                throw new CannotTell(
                        path + " may not be written, so nothing was written", "chmod u+w " + path);
            }
        }
        var dirty = WorkTree.dirty(surroundings.folder(), repair.repaired().keySet());
        if (!dirty.isEmpty()) {
            surroundings
                    .err()
                    .println("note: git has uncommitted changes in " + String.join(", ", dirty));
        }
        for (var entry : repair.repaired().entrySet()) {
            replace(Objects.requireNonNull(source.file(entry.getKey())), entry.getValue());
            surroundings.out().println("written: " + entry.getKey());
        }
        return true;
    }

    /// Whether somebody may write a file; one that is marked read-only is left alone though its
    /// owner could replace it.
    private static boolean mayBeWritten(Path file) throws IOException {
        return Files.isWritable(file)
                && Files.isWritable(file.toRealPath().getParent())
                && Files.getPosixFilePermissions(file).stream()
                        .anyMatch(one -> one.name().endsWith("_WRITE"));
    }

    private static void replace(Path file, byte[] bytes) throws IOException {
        var target = file.toRealPath();
        var temporary = Files.createTempFile(target.getParent(), ".lockstep", ".tmp");
        try {
            Files.write(temporary, bytes);
            Files.setPosixFilePermissions(temporary, Files.getPosixFilePermissions(target));
            Files.move(
                    temporary,
                    target,
                    java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
