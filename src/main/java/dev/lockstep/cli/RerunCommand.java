package dev.lockstep.cli;

import dev.lockstep.comparison.Comparison;
import dev.lockstep.comparison.Divergence;
import dev.lockstep.comparison.EnvironmentDifference;
import dev.lockstep.comparison.Outcome;
import dev.lockstep.comparison.RunEnvironment;
import dev.lockstep.comparison.Survey;
import dev.lockstep.diagnosis.Diagnosis;
import dev.lockstep.diagnosis.Explanation;
import dev.lockstep.diagnosis.Pin;
import dev.lockstep.diagnosis.Probe;
import dev.lockstep.diagnosis.Suspect;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.event.Event;
import dev.lockstep.event.PinSetting;
import dev.lockstep.event.Unreadable;
import dev.lockstep.process.Experiment;
import dev.lockstep.process.InstalledPackages;
import dev.lockstep.process.Python;
import dev.lockstep.process.PythonSearch;
import dev.lockstep.record.Manifest;
import dev.lockstep.record.RunRecord;
import dev.lockstep.record.RunStore;
import dev.lockstep.report.Amounts;
import dev.lockstep.report.DiffText;
import dev.lockstep.report.VerdictJson;
import dev.lockstep.report.VerdictText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lockstep rerun RUN`: a recorded run once more, compared with its record while it runs, and when
/// they part, which of the changes since then is the cause.
@Command(
        name = "rerun",
        mixinStandardHelpOptions = true,
        description =
                "Do a recorded run again, with its command, pins and seed, and compare it with its record while it runs.",
        footer = {
            "",
            "RUN is an id, the beginning of one, a name, a path to a run's folder or packed file, or `last`.",
            "It happens in the folder of the record, with today's files and variables. What differs from the",
            "record is listed first. The run stops at the first divergence unless --keep-going is given; then",
            "each difference is taken back in runs of their own, to prove which of them is the cause.",
            "",
            "Examples:",
            "  lockstep rerun last",
            "  lockstep rerun baseline --json verdict.json",
            "  lockstep rerun paper.lockstep --in ~/checkout"
        })
final class RerunCommand implements Callable<Integer> {
    /// A probing run goes on for so many steps beyond the divergence, and twice as far.
    private static final long STEPS_BEYOND = 20;

    /// What comes with an interpreter.
    private static final Set<EnvironmentDifference.Group> INTERPRETER =
            Set.of(
                    EnvironmentDifference.Group.TORCH,
                    EnvironmentDifference.Group.PACKAGE,
                    EnvironmentDifference.Group.PYTHON);

    private final Surroundings given;

    @Parameters(index = "0", paramLabel = "RUN", description = "The run to do again.")
    @SuppressWarnings("NullAway.Init")
    private String run;

    @Option(
            names = "--python",
            paramLabel = "EXE",
            description =
                    "The interpreter; else LOCKSTEP_PYTHON, the recorded one, or found as for `verify`.")
    private @Nullable String python;

    @Option(
            names = "--in",
            paramLabel = "DIR",
            description = "Start it in this folder; default: the folder of the record.")
    private @Nullable Path in;

    @Option(
            names = "--stdin",
            paramLabel = "FILE",
            description =
                    "What the run reads as standard input; default: what the record's run read.")
    private @Nullable Path input;

    @Option(
            names = "--keep-going",
            description = "Let the run go on to its end after a divergence.")
    private boolean keepGoing;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private DiagnosisOptions diagnosis;

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
        diagnosis.limit();
        try (var record = open()) {
            RecordOptions.ended(record);
            var verdict = again(surroundings, record);
            if (json != null) {
                var text = VerdictJson.text(verdict, Cli.VERSION);
                if (jsonOut) {
                    given.out().print(text);
                } else {
                    given.write(json, text);
                }
            }
            return verdict.result().exitCode();
        }
    }

    private RunRecord open() throws IOException {
        try {
            return RunStore.of(given.folder()).open(given.folder(), run);
        } catch (Unreadable e) {
            if (in != null && e.why() == Unreadable.Why.ABSENT) {
                // Elsewhere `--in` names the project whose runs are meant.
                return openThere(given.folder().resolve(in), e);
            }
            throw new CannotTell(String.valueOf(e.getMessage()));
        }
    }

    private RunRecord openThere(Path project, Unreadable here) throws IOException {
        try {
            return RunStore.of(project).open(project, run);
        } catch (Unreadable e) {
            throw new CannotTell(
                    String.valueOf((e.why() == Unreadable.Why.ABSENT ? here : e).getMessage()));
        }
    }

    private Verdict again(Surroundings surroundings, RunRecord record)
            throws IOException, InterruptedException {
        var manifest = record.manifest();
        var folder = folder(record);
        if (!folder.toString().equals(manifest.directory())) {
            surroundings
                    .err()
                    .println(
                            "note: the run was made in "
                                    + Amounts.plain(manifest.directory())
                                    + ", this one happens in "
                                    + folder);
        }
        var session =
                Session.open(
                        surroundings.in(folder),
                        experiment(record, folder),
                        python != null ? python : recordedPython(record),
                        input == null ? null : given.folder().resolve(input));
        try {
            return compared(session, record);
        } finally {
            session.close();
        }
    }

    /// The interpreter of the record, when it is still here and nobody asked for another one; null
    /// to have one looked for.
    private @Nullable String recordedPython(RunRecord record) throws IOException {
        var executable = record.environment().get("python.executable");
        var named = given.environment().getOrDefault("LOCKSTEP_PYTHON", "");
        if (record.packed()
                || !named.isEmpty()
                || executable == null
                || !executable.startsWith("/")) {
            return null;
        }
        return search().ask("the record", executable).lacks() == null ? executable : null;
    }

    private PythonSearch search() {
        return new PythonSearch(given.environment(), given.folder(), given.checkout());
    }

    /// Where the run is to happen: where the user says, else where the record lies, for a project
    /// can have been moved or copied together with its records.
    private Path folder(RunRecord record) {
        if (in != null) {
            var wanted = given.folder().resolve(in).normalize();
            if (!Files.isDirectory(wanted)) {
                throw new CannotTell("--in " + in + " is no folder");
            }
            return wanted;
        }
        var at = given.folder().resolve(record.path()).normalize();
        var above = at.resolve("../../..").normalize();
        return !record.packed() && at.equals(RunStore.of(above).runs().resolve(record.id()))
                ? above
                : given.folder();
    }

    private Experiment experiment(RunRecord record, Path folder) {
        var manifest = record.manifest();
        if (manifest.command().isEmpty()) {
            throw new CannotTell("the record " + record.id() + " names no command");
        }
        var experiment = Experiment.of(manifest.command());
        if (experiment instanceof Experiment.Script script
                && !Files.exists(folder.resolve(script.path()))) {
            throw new CannotTell(
                    script.path()
                            + " is not in "
                            + folder
                            + "; the run was made in "
                            + manifest.directory(),
                    "lockstep rerun "
                            + run
                            + " --in DIR      starts it in the folder that holds "
                            + script.path());
        }
        return experiment;
    }

    /// The order of the recorded run. What was cut short ends where the record does: nothing behind
    /// that place can be compared.
    private static Session.Order order(RunRecord record, Survey survey) throws IOException {
        var manifest = record.manifest();
        var limit = manifest.stepLimit();
        if (cut(manifest) != null) {
            long steps =
                    survey.processes().stream().mapToLong(Survey.Process::steps).max().orElse(0);
            limit = steps == 0 ? limit : Long.valueOf(steps);
        }
        var seed = manifest.seed();
        var told = record.settings();
        var pins =
                told.pins().isEmpty()
                        ? manifest.pins().stream().map(PinSetting::new).toList()
                        : told.pins();
        return new Session.Order(
                told.withSeed(seed == null ? 0 : seed)
                        .withStopAfterSteps(limit == null ? null : clamped(limit))
                        .withPins(pins),
                Map.of(),
                Map.of(),
                false,
                false);
    }

    /// How Lockstep cut a record short, in words; null when its run came to its own end or limit.
    private static @Nullable String cut(Manifest manifest) {
        return manifest.ended() == null
                ? "was never closed, because Lockstep was ended"
                : "interrupted".equals(manifest.stopped())
                        ? "was interrupted"
                        : "divergence".equals(manifest.stopped())
                                ? "was stopped where it parted from another run"
                                : null;
    }

    /// Agreement as far as a record goes that was cut short tells nothing about the rest.
    private static Outcome asFar(RunRecord record, Outcome outcome) throws IOException {
        var cut = cut(record.manifest());
        boolean agrees =
                outcome instanceof Outcome.Agreed
                        || outcome instanceof Outcome.Unknown unknown
                                && unknown.shortfall() == Outcome.Shortfall.REFERENCE_CUT_OFF;
        return cut != null && agrees
                ? new Outcome.Unknown(
                        "the record "
                                + cut
                                + ", after "
                                + VerdictText.count(outcome.counts().steps(), "step", "steps")
                                + "; as far as it goes the run agrees with it",
                        outcome.counts(),
                        outcome.notCompared())
                : outcome;
    }

    private static int clamped(long steps) {
        return (int) Math.clamp(steps, 1L, Integer.MAX_VALUE);
    }

    private Verdict compared(Session session, RunRecord record)
            throws IOException, InterruptedException {
        var surroundings = session.surroundings();
        var manifest = record.manifest();
        var survey = survey(record);
        var order =
                order(record, survey)
                        .reading(input == null ? Restorations.input(session, record) : null);
        var then = RunEnvironment.of(record, survey.observations());
        var installed = Today.installed(session, session.python(), then);
        var before =
                RunEnvironment.differences(then, Today.of(session, record, order, then, installed));
        var list =
                before.stream()
                        .filter(one -> one.group() != EnvironmentDifference.Group.OTHER)
                        .toList();
        surroundings.out().print(DiffText.before(record.id(), manifest, list));
        try (var candidate = session.start(session.runs(), order);
                var progress = new Progress(surroundings, "again, beside its record")) {
            var result = Beside.follow(record, candidate, keepGoing, progress);
            DataKeeper.keep(
                    candidate,
                    result.ending(),
                    result.comparison().candidate().events(Event.Open.class),
                    DataKeeper.USUAL);
            session.asked(
                    candidate,
                    order,
                    asked(then, result.comparison()),
                    installed.stream()
                            .filter(one -> one.version() != null)
                            .collect(
                                    Collectors.toMap(
                                            InstalledPackages.Installed::name,
                                            one -> String.valueOf(one.version()),
                                            (one, _) -> one,
                                            TreeMap::new)));
            progress.done(ended(result));
            try (var fresh = candidate.folder().read()) {
                var verdict =
                        DiffCommand.verdict(
                                asFar(record, result.outcome()),
                                result.comparison(),
                                record,
                                fresh);
                var differences = all(before, verdict.environmentDifferences());
                verdict = verdict.withEnvironmentDifferences(differences);
                verdict =
                        shown(
                                session,
                                failed(record, explained(session, record, order, then, verdict)));
                var divergence = verdict.divergence();
                candidate.compared(
                        new Manifest.LastComparison(
                                record.id(),
                                verdict.result().text(),
                                divergence == null ? null : divergence.step()));
                surroundings.out().print(text(session, record, fresh, verdict));
                return verdict;
            }
        }
    }

    /// How it ended, for the line that says so.
    private String ended(Beside.Result result) {
        return keepGoing && result.outcome() instanceof Outcome.Parted parted
                ? "parted at step "
                        + parted.divergence().step()
                        + " and went on, "
                        + (result.stopped() ? "stopped" : "ended")
                : Verification.ended(result.outcome());
    }

    /// The interpreter of the record, when another one is used now and it still is what it was;
    /// else null.
    private @Nullable Python interpreter(Session session, RunRecord record, RunEnvironment then)
            throws IOException {
        var executable = record.environment().get("python.executable");
        if (record.packed()
                || executable == null
                || !executable.startsWith("/")
                || executable.equals(session.python().executable().toString())) {
            return null;
        }
        var python = search().ask("the record", executable).python();
        if (python == null) {
            return null;
        }
        var its = RunEnvironment.of(record.manifest(), Map.of());
        its.interpreter(python.version(), python.torch());
        Today.installed(session, python, then)
                .forEach(one -> its.installed(one.name(), one.version(), one.hash()));
        return RunEnvironment.differences(then, its).stream()
                        .noneMatch(one -> INTERPRETER.contains(one.group()))
                ? python
                : null;
    }

    /// What the script asked for then, and what it asked for now as far as it went.
    private static Set<String> asked(RunEnvironment then, Comparison comparison) {
        var asked = new TreeSet<>(then.asked());
        comparison
                .candidate()
                .events(Event.Packages.class)
                .forEach(packages -> asked.addAll(packages.asked()));
        return asked;
    }

    private static Survey survey(RunRecord record) throws IOException {
        try {
            return Survey.of(record.source());
        } catch (Unreadable e) {
            throw new CannotTell(String.valueOf(e.getMessage()));
        }
    }

    /// What differed before, then what the run itself showed besides.
    private static List<EnvironmentDifference> all(
            List<EnvironmentDifference> before, List<EnvironmentDifference> shown) {
        var all = new LinkedHashMap<String, EnvironmentDifference>();
        for (var one : before) {
            all.put(one.group() + " " + one.what(), one);
        }
        for (var one : shown) {
            if (one.candidate().equals(RunEnvironment.NONE)) {
                // What the run did not come to any more is no change, but follows from one.
                continue;
            }
            all.putIfAbsent(one.group() + " " + one.what(), one);
        }
        return all.values().stream()
                .sorted(java.util.Comparator.comparing(EnvironmentDifference::group))
                .toList();
    }

    /// The verdict with the causes, when the run parted from its record.
    private Verdict explained(
            Session session,
            RunRecord record,
            Session.Order order,
            RunEnvironment then,
            Verdict verdict)
            throws IOException {
        var divergence = verdict.divergence();
        if (divergence == null || diagnosis.off || Interrupt.requested()) {
            return verdict;
        }
        var differences = verdict.environmentDifferences();
        var python =
                differences.stream().anyMatch(one -> INTERPRETER.contains(one.group()))
                        ? interpreter(session, record, then)
                        : null;
        var restorations = Restorations.of(session, record, differences, python);
        if (restorations.possible().isEmpty()) {
            return verdict.with(untried(restorations.fixed()));
        }
        var probing = limited(order, record, divergence);
        try (var progress = new Progress(session.surroundings(), "looking for the cause")) {
            var bench =
                    new RecordBench(
                            session, record, restorations, probing, diagnosis.limit(), progress);
            var found =
                    Diagnosis.ofChanges(
                            new Probe.Parted(divergence, List.of(), List.of()),
                            restorations.possible().stream()
                                    .map(Restorations.Restoration::suspect)
                                    .toList(),
                            bench,
                            diagnosis.proofRuns);
            progress.done(VerdictText.count(bench.runs(), "probing run", "probing runs"));
            return verdict.with(
                    found.and(rest(restorations.fixed(), found))
                            .and(notes(found, probing, record, restorations)));
        }
    }

    /// The verdict with places relative to the folder in which the run was started.
    private static Verdict shown(Session session, Verdict verdict) {
        var shown = new Shown(session.project(), session.surroundings().folder());
        var found = verdict.explanation();
        var divergence = verdict.divergence();
        return new Verdict(
                verdict.result(),
                verdict.reason(),
                verdict.experiment(),
                verdict.compared(),
                verdict.notCompared(),
                divergence == null ? null : shown.divergence(divergence),
                found == null ? null : shown.explanation(found),
                verdict.environmentDifferences());
    }

    /// A run that fails where its record went on, for no reason that is proved, says nothing about
    /// bits.
    private static Verdict failed(RunRecord record, Verdict verdict) {
        var divergence = verdict.divergence();
        var status = record.manifest().exitStatus();
        var found = verdict.explanation();
        if (divergence == null
                || divergence.kind() != Divergence.Kind.EXIT
                || status == null
                || status != 0
                || found != null && !found.proved().isEmpty()) {
            return verdict;
        }
        var reason = new StringBuilder("the experiment fails here where its record went on");
        divergence.details().forEach(one -> reason.append(": ").append(one.candidate()));
        verdict.environmentDifferences().stream()
                .filter(one -> one.candidate().equals(RunEnvironment.NOT_THERE))
                .forEach(one ->
                        reason.append("; ")
                                .append(one.what())
                                .append(", which it read, is not there"));
        return new Verdict(
                Verdict.Result.UNKNOWN,
                reason.toString(),
                verdict.experiment(),
                verdict.compared(),
                verdict.notCompared(),
                null,
                found,
                verdict.environmentDifferences());
    }

    private static Explanation untried(List<Restorations.Fixed> fixed) {
        return explanation(
                List.of(),
                fixed.stream()
                        .map(one -> new Explanation.Untried(one.hazard(), one.why()))
                        .toList(),
                fixed.isEmpty()
                        ? List.of(
                                "Nothing that the record holds differs from today, and yet the run parts from it: either it does not repeat by itself, or something changed that a record does not hold.")
                        : List.of());
    }

    /// What cannot be taken back is no cause when the run agrees as it is here.
    private static Explanation rest(List<Restorations.Fixed> fixed, Explanation found) {
        return found.proof() == null
                ? explanation(
                        List.of(),
                        fixed.stream()
                                .map(one -> new Explanation.Untried(one.hazard(), one.why()))
                                .toList(),
                        List.of())
                : explanation(
                        fixed.stream()
                                .map(one ->
                                        new Explanation.Rejected(
                                                new Suspect(
                                                        one.hazard(),
                                                        Pin.recorded(one.what()),
                                                        List.of()),
                                                "agrees with " + one.what() + " as it is now"))
                                .toList(),
                        List.of(),
                        List.of());
    }

    private static Explanation notes(
            Explanation found, Session.Order probing, RunRecord record, Restorations restorations) {
        var notes = new ArrayList<String>();
        if (found.proved().isEmpty()
                && found.proof() == null
                && found.ruledOut().isEmpty()
                && found.suspected().isEmpty()) {
            notes.add(
                    "With all that can be taken back ("
                            + restorations.possible().stream()
                                    .map(one -> one.suspect().pin().recorded())
                                    .collect(Collectors.joining(", "))
                            + ") the run still parts from its record: the cause is "
                            + (restorations.fixed().isEmpty()
                                    ? "something that a record does not hold"
                                    : "among what cannot be tried here")
                            + ", or the run does not repeat by itself.");
        }
        var limit = probing.settings().stopAfterSteps();
        var recorded = record.manifest().stepLimit();
        if (limit != null && !Objects.equals(recorded, limit.longValue())) {
            notes.add(
                    "The probing runs stopped after "
                            + VerdictText.count(limit, "step", "steps")
                            + ".");
        }
        return explanation(List.of(), List.of(), notes);
    }

    private static Explanation explanation(
            List<Explanation.Rejected> ruledOut,
            List<Explanation.Untried> suspected,
            List<String> notes) {
        return new Explanation(List.of(), ruledOut, suspected, null, List.of(), notes);
    }

    /// The order of probing runs: long ones stop some way beyond the step at which the runs parted.
    private static Session.Order limited(
            Session.Order order, RunRecord record, Divergence divergence) throws IOException {
        long enough = Math.max(2 * (divergence.step() + 1), divergence.step() + 1 + STEPS_BEYOND);
        boolean atTheEnd =
                Set.of(
                                Divergence.Kind.STATE,
                                Divergence.Kind.OUTPUT,
                                Divergence.Kind.EXIT,
                                Divergence.Kind.LENGTH,
                                Divergence.Kind.CHECKPOINT)
                        .contains(divergence.kind());
        if (atTheEnd || enough >= record.summary().steps()) {
            return order;
        }
        return new Session.Order(
                        order.settings().withStopAfterSteps(clamped(enough)),
                        order.overlay(),
                        order.variables(),
                        true,
                        false)
                .reading(order.input());
    }

    private String text(Session session, RunRecord record, RunRecord fresh, Verdict verdict) {
        var surroundings = session.surroundings();
        var source =
                verdict.divergence() == null
                        ? null
                        : Shown.source(surroundings.folder(), verdict.divergence());
        var named = RecordOptions.named(given.folder(), record);
        var next = new ArrayList<String>();
        if (verdict.result() == Verdict.Result.DIVERGED) {
            next.add(
                    "lockstep diff "
                            + named
                            + " "
                            + RecordOptions.named(given.folder(), fresh)
                            + "      shows what changed, and how far apart they are");
            var found = verdict.explanation();
            if (found != null && found.proved().isEmpty()) {
                next.add(
                        "lockstep verify "
                                + Amounts.command(record.manifest().command())
                                + "      says whether it repeats here at all");
                if (verdict.environmentDifferences().stream()
                        .anyMatch(one ->
                                INTERPRETER.contains(one.group())
                                        && !one.what().equals("executable"))) {
                    next.add(
                            "lockstep rerun "
                                    + named
                                    + " --python EXE      with a Python that has what it had then tries whether that is the cause");
                }
            }
        }
        return VerdictText.text(
                verdict.withEnvironmentDifferences(List.of()), source, next, surroundings.colour());
    }
}
