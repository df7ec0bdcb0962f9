package dev.lockstep.report;

import dev.lockstep.comparison.Observed;
import dev.lockstep.comparison.Survey;
import dev.lockstep.event.Event;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import dev.lockstep.record.DataFile;
import dev.lockstep.record.Manifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Takes one run, gives what a person asks about it, as text or as JSON.
public final class RunText {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /// How many lines of one kind are shown; JSON has them all.
    private static final int MOST = 8;

    private static final int HEAD = 12;

    private final RunsList.Entry run;
    private final String named;
    private final Manifest manifest;
    private final Survey survey;
    private final Kept kept;
    private final List<String> lines = new ArrayList<>();

    /// What the record holds beside events.
    ///
    /// @param code the project's files that the run executed
    /// @param data the files that it read
    /// @param git the commit of the work tree and what was changed in it; empty without one
    public record Kept(List<String> code, List<DataFile> data, Map<String, String> git) {
        public Kept {
            code = List.copyOf(code);
            data = List.copyOf(data);
            git = Map.copyOf(git);
        }
    }

    private RunText(RunsList.Entry run, String named, Manifest manifest, Survey survey, Kept kept) {
        this.named = named;
        this.kept = kept;
        this.run = run;
        this.manifest = manifest;
        this.survey = survey;
    }

    /// Gives the text, with a newline at its end.
    ///
    /// @param named how the next command may name the run
    public static String text(
            RunsList.Entry run, String named, Manifest manifest, Survey survey, Kept kept) {
        RunText text = new RunText(run, named, manifest, survey, kept);
        text.write();
        return String.join("\n", text.lines) + "\n";
    }

    private void write() {
        line("run", run.id() + (manifest.name() == null ? "" : "  (" + manifest.name() + ")"));
        if (manifest.note() != null) {
            line("note", manifest.note());
        }
        line("command", Amounts.command(manifest.command()));
        line("folder", manifest.directory());
        line(
                "started",
                Amounts.second(manifest.started())
                        + (manifest.ended() == null
                                ? ""
                                : ", took "
                                        + Amounts.duration(
                                                Duration.between(
                                                        manifest.started(), manifest.ended()))));
        line("ended", ending());
        line(
                "pins",
                manifest.pins().isEmpty()
                        ? "none"
                        : String.join(", ", manifest.pins())
                                + (manifest.seed() == null
                                        ? ""
                                        : "  with seed " + manifest.seed()));
        python();
        processes();
        String commit = kept.git().get("commit");
        if (commit != null) {
            String changed = kept.git().get("changed");
            line("git", commit + (changed == null ? "" : ", with changes in " + changed));
        }
        list("code", kept.code());
        list(
                "data",
                kept.data().stream()
                        .map(one -> one.path() + "  " + Amounts.bytes(one.bytes()))
                        .toList());
        list("seeds", seeds());
        list("unseeded", unseeded());
        list("loaders", loaders());
        list("listings", listings());
        list("started", starts());
        list("loaded", loads());
        list("saved", saves());
        list("warnings", warnings());
        list("not seen", untapped());
        Manifest.Summary summary = run.summary();
        if (summary != null) {
            line("last loss", Amounts.loss(summary.lastLoss()));
        }
        Manifest.LastComparison last = manifest.lastComparison();
        if (last != null) {
            line(
                    "compared",
                    "with "
                            + last.with()
                            + ": "
                            + last.verdict()
                            + (last.step() == null ? "" : " at step " + last.step()));
        }
        line("size", Amounts.bytes(run.size()));
        lines.add("next:  lockstep dump " + named + "      every event as a line of JSON");
    }

    private void line(String head, String text) {
        lines.add(Amounts.plain(head + " ".repeat(HEAD - head.length()) + text).stripTrailing());
    }

    private void list(String head, List<String> entries) {
        for (int i = 0; i < entries.size() && i < MOST; i++) {
            line(i == 0 ? head : "", entries.get(i));
        }
        if (entries.size() > MOST) {
            line("", "and " + (entries.size() - MOST) + " more, all in --json");
        }
    }

    private String ending() {
        String stopped = manifest.stopped();
        if (stopped != null) {
            return switch (stopped) {
                case "limit" -> "stopped at the step limit";
                case "divergence" -> "stopped where it parted from another run";
                default -> stopped;
            };
        }
        Integer status = manifest.exitStatus();
        if (manifest.ended() == null || status == null) {
            return "not closed properly; what is here is whole up to the last event";
        }
        return status < 0 ? "by signal " + -status : "exit status " + status;
    }

    private void python() {
        List<String> parts = new ArrayList<>();
        survey.observations().events(Event.Process.class).stream()
                .map(Event.Process::python)
                .filter(Objects::nonNull)
                .limit(1)
                .forEach(parts::add);
        survey.observations().events(Event.Torch.class).stream()
                .limit(1)
                .forEach(torch -> {
                    parts.add("torch " + torch.version());
                    parts.add(VerdictText.count(torch.threads(), "thread", "threads"));
                    if (torch.cuda() > 0) {
                        parts.add(VerdictText.count(torch.cuda(), "CUDA device", "CUDA devices"));
                    }
                });
        if (!parts.isEmpty()) {
            line("python", String.join(" · ", parts));
        }
    }

    private void processes() {
        Table table =
                new Table(
                        Table.Align.LEFT,
                        Table.Align.RIGHT,
                        Table.Align.RIGHT,
                        Table.Align.RIGHT,
                        Table.Align.LEFT);
        Map<List<String>, List<Survey.Process>> alike = new LinkedHashMap<>();
        for (Survey.Process process : survey.processes()) {
            // Some of a worker's passes leave no stream of their own: their ends say little.
            String ending = process.passes() > 0 ? "" : process.ending();
            alike.computeIfAbsent(List.of(process.text(), ending), _ -> new ArrayList<>())
                    .add(process);
        }
        int shown = 0;
        for (List<Survey.Process> processes : alike.values()) {
            if (shown++ == MOST) {
                break;
            }
            long steps = 0;
            long batches = 0;
            long events = 0;
            for (Survey.Process process : processes) {
                steps += process.steps();
                batches += process.batches();
                events += process.events();
            }
            table.row(
                    processes.getFirst().text() + times(processes),
                    steps == 0 ? "" : VerdictText.count(steps, "step", "steps"),
                    batches == 0 ? "" : VerdictText.count(batches, "batch", "batches"),
                    VerdictText.count(events, "event", "events"),
                    endings(processes));
        }
        List<String> rows = new ArrayList<>(table.lines());
        if (alike.size() > MOST) {
            rows.add("and " + (alike.size() - MOST) + " more, all in --json");
        }
        for (int i = 0; i < rows.size(); i++) {
            line(i == 0 ? "processes" : "", rows.get(i));
        }
        if (alike.isEmpty()) {
            line("processes", "none left a stream");
        }
    }

    private static String times(List<Survey.Process> processes) {
        long passes = processes.getFirst().passes();
        if (passes > 0) {
            return passes == 1 ? "" : ", " + passes + " passes";
        }
        return processes.size() == 1 ? "" : ", " + processes.size() + " times";
    }

    private static String endings(List<Survey.Process> processes) {
        return processes.stream()
                .map(Survey.Process::ending)
                .distinct()
                .collect(Collectors.joining(" or "));
    }

    private List<String> seeds() {
        Set<String> seen = new LinkedHashSet<>();
        for (Observed observed : survey.observations().of(Event.Seed.class)) {
            Event.Seed seed = (Event.Seed) observed.event();
            if (observed.role() instanceof Role.Worker && seed.via() != null) {
                // Each loader seeds its workers from the process's own generator.
                continue;
            }
            String args = seed.args().isEmpty() ? "nothing" : joined(seed.args());
            seen.add(place(seed.site(), seed.via()) + seed.generator() + " with " + args);
        }
        return List.copyOf(seen);
    }

    private static String joined(List<? extends @Nullable Object> args) {
        List<String> texts = new ArrayList<>();
        for (Object argument : args) {
            texts.add(String.valueOf(argument));
        }
        return String.join(", ", texts);
    }

    private List<String> unseeded() {
        Set<String> seen = new LinkedHashSet<>();
        for (Observed observed : survey.observations().of(Event.Draw.class)) {
            Event.Draw draw = (Event.Draw) observed.event();
            seen.add(
                    place(draw.site(), draw.via())
                            + draw.generator()
                            + (draw.function() == null ? "" : ", " + draw.function())
                            + (draw.feeds() == null ? "" : ", for " + draw.feeds())
                            + in(observed));
        }
        for (Observed observed : survey.observations().of(Event.Entropy.class)) {
            Event.Entropy entropy = (Event.Entropy) observed.event();
            seen.add(place(entropy.site(), entropy.via()) + entropy.source() + in(observed));
        }
        return List.copyOf(seen);
    }

    private List<String> loaders() {
        Set<String> seen = new LinkedHashSet<>();
        for (Event.Loader loader : survey.observations().events(Event.Loader.class)) {
            List<String> parts = new ArrayList<>();
            if (loader.batchSize() != null) {
                parts.add("batches of " + loader.batchSize());
            }
            if (loader.length() != null) {
                parts.add(VerdictText.count(loader.length(), "sample", "samples"));
            }
            parts.add(VerdictText.count(loader.workers(), "worker", "workers"));
            if (loader.shuffles()) {
                parts.add(loader.generator() ? "shuffled by its own generator" : "shuffled");
            }
            seen.add(place(loader.site(), null) + String.join(", ", parts));
        }
        return List.copyOf(seen);
    }

    private List<String> listings() {
        Set<String> seen = new LinkedHashSet<>();
        for (Event.Listing listing : survey.observations().events(Event.Listing.class)) {
            seen.add(
                    place(listing.site(), listing.via())
                            + listing.path()
                            + ", "
                            + VerdictText.count(listing.count(), "name", "names")
                            + (listing.sorted() ? ", in ascending order" : ", in no order"));
        }
        return List.copyOf(seen);
    }

    private List<String> starts() {
        Set<String> seen = new LinkedHashSet<>();
        for (Event.Start start : survey.observations().events(Event.Start.class)) {
            if (!start.python()) {
                continue;
            }
            seen.add(
                    place(start.site(), null)
                            + Amounts.cut(Amounts.command(start.argv()), 60)
                            + (start.how() == null ? "" : ", by " + start.how()));
        }
        return List.copyOf(seen);
    }

    private List<String> loads() {
        List<String> entries = new ArrayList<>();
        for (Event.Load load : survey.observations().events(Event.Load.class)) {
            if (load.content() != null) {
                entries.add(
                        place(load.site(), null)
                                + (load.path() == null ? "a checkpoint" : load.path())
                                + (load.generators() ? "" : ", without generator states"));
            }
        }
        return entries;
    }

    private List<String> saves() {
        Map<String, String> seen = new LinkedHashMap<>();
        for (Event.Save save : survey.observations().events(Event.Save.class)) {
            seen.put(
                    String.valueOf(save.path()),
                    place(save.site(), null)
                            + save.path()
                            + (save.generators() ? "" : ", without generator states"));
        }
        return List.copyOf(seen.values());
    }

    private List<String> warnings() {
        Set<String> seen = new LinkedHashSet<>();
        for (Event.Warning warning : survey.observations().events(Event.Warning.class)) {
            seen.add(
                    place(warning.site(), null)
                            + (warning.operation() == null ? "" : warning.operation() + ": ")
                            + Amounts.cut(String.valueOf(warning.text()), 100));
        }
        return List.copyOf(seen);
    }

    private List<String> untapped() {
        Set<String> seen = new LinkedHashSet<>();
        for (Event.Untapped untapped : survey.observations().events(Event.Untapped.class)) {
            seen.add(untapped.what() + ": " + untapped.why());
        }
        for (Event.Problem problem : survey.observations().events(Event.Problem.class)) {
            seen.add(
                    "a problem of the agent's own: "
                            + Amounts.cut(
                                    String.valueOf(problem.text()).lines().findFirst().orElse(""),
                                    100));
        }
        return List.copyOf(seen);
    }

    private static String place(@Nullable Site site, @Nullable String via) {
        String place = site == null ? "?" : site.text();
        return place
                + " ".repeat(Math.max(1, 20 - place.length()))
                + (via == null ? "" : "through " + via + ": ");
    }

    private static String in(Observed observed) {
        return observed.process().equals("main") ? "" : "  [" + observed.process() + "]";
    }

    /// Gives the run as JSON, with a newline at its end: what `runs` gives of it, its processes,
    /// and under `observations` a list of texts for each heading.
    public static String json(RunsList.Entry run, Manifest manifest, Survey survey, Kept kept) {
        RunText text = new RunText(run, run.id(), manifest, survey, kept);
        Map<String, @Nullable Object> json = RunsList.tree(run);
        List<Map<String, Object>> processes = new ArrayList<>();
        for (Survey.Process process : survey.processes()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("stream", process.stream());
            one.put("process", process.text());
            if (process.passes() > 0) {
                one.put("passes", process.passes());
            }
            one.put("steps", process.steps());
            one.put("batches", process.batches());
            one.put("events", process.events());
            one.put("ending", process.ending());
            one.put("whole", process.whole());
            processes.add(one);
        }
        json.put("streams", processes);
        Map<String, Object> observations = new LinkedHashMap<>();
        observations.put("seeds", text.seeds());
        observations.put("unseeded", text.unseeded());
        observations.put("loaders", text.loaders());
        observations.put("listings", text.listings());
        observations.put("started", text.starts());
        observations.put("saved", text.saves());
        observations.put("warnings", text.warnings());
        observations.put("not_seen", text.untapped());
        json.put("observations", observations);
        json.put("code", kept.code());
        json.put("data", kept.data());
        json.put("git", new TreeMap<>(kept.git()));
        return JSON.writeValueAsString(json).replace("\r\n", "\n") + "\n";
    }
}
