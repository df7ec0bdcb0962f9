package dev.lockstep.cli;

import dev.lockstep.comparison.Comparison;
import dev.lockstep.comparison.Outcome;
import dev.lockstep.event.AgentSettings;
import dev.lockstep.event.Event;
import dev.lockstep.event.StreamFolder;
import dev.lockstep.process.AgentFiles;
import dev.lockstep.process.Experiment;
import dev.lockstep.process.Launch;
import dev.lockstep.process.LiveRun;
import dev.lockstep.process.Python;
import dev.lockstep.process.PythonSearch;
import dev.lockstep.process.Workspace;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `lockstep doctor`: what this machine and its Pythons can and cannot do, tried and not assumed.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Say what this machine and this Python can and cannot do.",
        footer = {
            "",
            "Examples:",
            "  lockstep doctor",
            "  lockstep doctor --python .venv/bin/python"
        })
final class DoctorCommand implements Callable<Integer> {
    private static final long PATIENCE_MILLISECONDS = 120_000;

    private final Surroundings surroundings;
    private final PrintStream out;
    private boolean trouble;

    @Option(
            names = "--python",
            paramLabel = "EXE",
            description = "The interpreter to look at; default: every one that verify would try.")
    private @Nullable String python;

    DoctorCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.out = surroundings.out();
    }

    @Override
    public Integer call() throws Exception {
        say(
                true,
                Cli.NAME_AND_VERSION
                        + " on Java "
                        + System.getProperty("java.version")
                        + " ("
                        + System.getProperty("java.vm.vendor")
                        + "), "
                        + Runtime.getRuntime().availableProcessors()
                        + " processors");
        var home = Session.home(surroundings.folder());
        try (var scratch = Scratch.open(home.resolve("work"))) {
            return examined(home, scratch.folder());
        } catch (IOException e) {
            throw Session.unwritable(home, e);
        }
    }

    private int examined(Path home, Path work) throws IOException, InterruptedException {
        disk(home);
        var agent = agent(home);
        mirror(work);
        var usable = pythons();
        if (usable.isEmpty()) {
            say(false, "no Python with torch");
            out.println(
                    surroundings.checkout() == null
                            ? "      name one with --python, or install torch into python3"
                            : "      lockstep verify SCRIPT.py makes one in "
                                    + surroundings.checkout().resolve(".venv"));
        }
        boolean first = true;
        boolean cuda = false;
        for (var one : usable) {
            if (agent != null && (first || python != null)) {
                cuda |= tried(one, work, agent);
            }
            first = false;
        }
        if (!usable.isEmpty() && !cuda) {
            out.println(
                    "  –   no CUDA device here: what concerns CUDA (LS105, LS106, LS301, LS302, LS304, LS305, LS310) is untried on this machine");
        }
        return trouble ? 2 : 0;
    }

    private void say(boolean good, String text) {
        trouble |= !good;
        out.println("  " + (good ? "✓" : "✗") + "   " + text);
    }

    private void disk(Path home) throws IOException {
        var space = Files.getFileStore(home).getUsableSpace();
        say(true, "runs are kept in " + home + ", " + gigabytes(space) + " free");
    }

    private @Nullable Path agent(Path home) {
        try {
            var folder = AgentFiles.layOut(surroundings.cache(), home.resolve("agent"));
            say(true, "agent laid out in " + folder);
            return folder;
        } catch (IOException e) {
            say(false, "the agent cannot be laid out: " + e.getMessage());
            return null;
        }
    }

    private void mirror(Path work) {
        var root = work.resolve("mirror");
        long begun = System.nanoTime();
        try (var workspace =
                Workspace.mirror(
                        root, surroundings.folder(), surroundings.folder(), List.of(), Map.of())) {
            long milliseconds = (System.nanoTime() - begun) / 1_000_000;
            say(true, "this folder can be mirrored for a run, in " + milliseconds + " ms");
            workspace.notes().forEach(note -> out.println("      " + note));
        } catch (IOException e) {
            say(false, "this folder cannot be mirrored: " + e + "; use --in-place");
        }
    }

    private List<Python> pythons() {
        var search =
                new PythonSearch(
                        surroundings.environment(), surroundings.folder(), surroundings.checkout());
        var usable = new ArrayList<Python>();
        for (var candidate : search.candidates(python, true)) {
            var found = candidate.python();
            if (candidate.lacks() == null && found != null) {
                usable.add(found);
                say(
                        true,
                        "Python "
                                + found.version()
                                + " with torch "
                                + found.torch()
                                + ": "
                                + found.executable()
                                + " ("
                                + found.where()
                                + ")"
                                + (usable.size() == 1 ? ", the one that verify takes" : ""));
            } else {
                out.println(
                        "  –   "
                                + candidate.where()
                                + ": "
                                + candidate.executable()
                                + " "
                                + candidate.lacks());
            }
        }
        return usable;
    }

    /// Runs a small script under the agent; true when it saw a CUDA device.
    private boolean tried(Python one, Path work, Path agent)
            throws IOException, InterruptedException {
        var folder = Files.createTempDirectory(work, "doctor-");
        try {
            try (var script = DoctorCommand.class.getResourceAsStream("doctor.py")) {
                if (script == null) {
                    throw new IllegalStateException("doctor.py is not in the jar");
                }
                Files.write(folder.resolve("doctor.py"), script.readAllBytes());
            }
            var run = Files.createDirectories(folder.resolve("run"));
            var launch =
                    new Launch(
                            new Experiment.Script("doctor.py", List.of()),
                            one,
                            Workspace.inPlace(folder, folder),
                            run,
                            agent,
                            AgentSettings.plain(),
                            surroundings.environment(),
                            Map.of(),
                            null);
            try (var live = launch.start()) {
                if (!live.await(PATIENCE_MILLISECONDS)) {
                    say(false, "two training steps under the agent did not end within two minutes");
                    return false;
                }
                return judged(live, run);
            }
        } finally {
            Workspace.delete(folder);
        }
    }

    private boolean judged(LiveRun live, Path run) throws IOException, InterruptedException {
        var ending = live.ending();
        if (!Integer.valueOf(0).equals(ending.status())) {
            say(false, "two training steps failed with exit status " + ending.status() + ":");
            Files.readAllLines(run.resolve("stderr.log")).stream()
                    .skip(Math.max(0, Files.readAllLines(run.resolve("stderr.log")).size() - 8L))
                    .forEach(line -> out.println("      " + line));
            return false;
        }
        try (var one = new StreamFolder(run.resolve("streams"), () -> true, () -> 0);
                var two = new StreamFolder(run.resolve("streams"), () -> true, () -> 0)) {
            var comparison = new Comparison(one, two);
            var outcome = comparison.toEnd();
            var counts = outcome.counts();
            boolean whole =
                    outcome instanceof Outcome.Agreed
                            && counts.steps() == 2
                            && counts.batches() == 2;
            say(
                    whole,
                    "the agent saw "
                            + counts.steps()
                            + " of 2 steps and "
                            + counts.batches()
                            + " of 2 batches of a small training");
            var missing = new TreeSet<String>();
            for (var untapped : comparison.reference().events(Event.Untapped.class)) {
                missing.add(
                        "not tapped in this torch: "
                                + untapped.what()
                                + " ("
                                + untapped.why()
                                + ")");
            }
            for (var problem : comparison.reference().events(Event.Problem.class)) {
                missing.add("the agent's own trouble: " + problem.text());
            }
            missing.forEach(line -> out.println("  –   " + line));
        }
        return devices(run);
    }

    private boolean devices(Path run) throws IOException {
        JsonNode answer;
        try {
            answer = new JsonMapper().readTree(Files.readAllBytes(run.resolve("stdout.log")));
        } catch (JacksonException e) {
            return false;
        }
        out.println(
                "  –   torch "
                        + answer.path("torch").asString("?")
                        + ", "
                        + answer.path("threads").asInt(0)
                        + " threads, "
                        + (answer.path("cuda").isString()
                                ? "built for CUDA " + answer.path("cuda").asString("")
                                : "built without CUDA")
                        + (answer.path("compile").asBoolean(false) ? "" : ", no torch.compile"));
        boolean some = false;
        for (var device : answer.path("devices")) {
            say(true, "CUDA device: " + device.asString(""));
            some = true;
        }
        return some;
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}
