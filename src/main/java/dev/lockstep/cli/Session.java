package dev.lockstep.cli;

import dev.lockstep.event.AgentSettings;
import dev.lockstep.event.PinSetting;
import dev.lockstep.process.AgentFiles;
import dev.lockstep.process.Experiment;
import dev.lockstep.process.Launch;
import dev.lockstep.process.LauncherPins;
import dev.lockstep.process.Machine;
import dev.lockstep.process.Python;
import dev.lockstep.process.StandardInput;
import dev.lockstep.process.Workspace;
import dev.lockstep.record.Manifest;
import dev.lockstep.record.RunFolder;
import dev.lockstep.record.RunStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// One command's way of starting its experiment: as often as it likes, always from the same files.
final class Session {
    private static final long SPACE_NEEDED = 32L << 20;
    private static final long NAMED_FILE = 1 << 20;

    private final Surroundings surroundings;
    private final Experiment experiment;
    private final Python python;
    private final Path project;
    private final Path home;
    private final Path agent;
    private final Scratch scratch;
    private final @Nullable Path input;
    private int mirrors;
    private @Nullable Map<String, String> tree;

    private Session(
            Surroundings surroundings,
            Experiment experiment,
            Python python,
            Path project,
            Path home,
            Path agent,
            Scratch scratch,
            @Nullable Path input) {
        this.surroundings = surroundings;
        this.experiment = experiment;
        this.python = python;
        this.project = project;
        this.home = home;
        this.agent = agent;
        this.scratch = scratch;
        this.input = input;
    }

    /// Looks everything up that runs need.
    static Session open(Surroundings surroundings, ExperimentOptions options) {
        var experiment = options.experiment(surroundings.folder());
        Notebooks.note(experiment, surroundings.folder()).ifPresent(surroundings.out()::println);
        return open(surroundings, experiment, options.python, options.input);
    }

    /// Looks everything up that runs of an experiment need.
    ///
    /// @param wanted the interpreter that the user asked for, or null
    /// @param read the file that the user gave as standard input, or null
    static Session open(
            Surroundings surroundings,
            Experiment experiment,
            @Nullable String wanted,
            @Nullable Path read) {
        var python = Interpreters.find(surroundings, wanted);
        var home = home(surroundings.folder());
        try {
            var scratch = Scratch.open(home.resolve("work"));
            var agent = AgentFiles.layOut(surroundings.cache(), home.resolve("agent"));
            var input = input(surroundings, read, scratch);
            return new Session(
                    surroundings,
                    experiment,
                    python,
                    project(surroundings),
                    home,
                    agent,
                    scratch,
                    input);
        } catch (IOException e) {
            throw unwritable(home, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotTell("interrupted", "");
        }
    }

    /// The folder `.lockstep`, made when it is not there, and ignored by git.
    static Path home(Path folder) {
        var home = folder.resolve(".lockstep");
        try {
            Files.createDirectories(home);
            var ignore = home.resolve(".gitignore");
            if (!Files.exists(ignore)) {
                Files.writeString(ignore, "*\n");
            }
            var space = Files.getFileStore(home).getUsableSpace();
            if (space < SPACE_NEEDED) {
                throw new CannotTell(
                        "the disk that holds "
                                + home
                                + " is full: "
                                + (space >> 20)
                                + " MB are free",
                        "free at least "
                                + (SPACE_NEEDED >> 20)
                                + " MB (old runs lie in .lockstep/runs), or start lockstep in a folder on another disk");
            }
        } catch (IOException e) {
            throw unwritable(home, e);
        }
        return home;
    }

    static CannotTell unwritable(Path home, IOException e) {
        var text = String.valueOf(e.getMessage());
        if (text.contains("No space left") || text.contains("quota")) {
            return new CannotTell(
                    "the disk that holds " + home + " is full",
                    "free some space (old runs lie in .lockstep/runs) and run this again");
        }
        return new CannotTell(
                "runs cannot be recorded in "
                        + home
                        + ": "
                        + e.getClass().getSimpleName()
                        + " "
                        + text,
                "start lockstep in a folder that you may write");
    }

    private static @Nullable Path input(
            Surroundings surroundings, @Nullable Path read, Scratch scratch)
            throws IOException, InterruptedException {
        if (read != null) {
            var named = surroundings.folder().resolve(read);
            if (!Files.isReadable(named) || Files.isDirectory(named)) {
                throw new CannotTell("--stdin: there is no readable file " + read, "");
            }
            return named;
        }
        if (surroundings.terminalIn()) {
            return null;
        }
        return StandardInput.keep(
                surroundings.in(), Path.of("/proc/self/fd/0"), scratch.folder().resolve("stdin"));
    }

    /// The nearest folder above that holds a whole project; the folder itself when there is none.
    private static Path project(Surroundings surroundings) {
        var folder = surroundings.folder();
        var user = surroundings.environment().get("HOME");
        for (Path at = folder; at != null && at.getNameCount() > 1; at = at.getParent()) {
            if (user != null && at.equals(Path.of(user))) {
                break;
            }
            if (Files.exists(at.resolve(".git")) || Files.exists(at.resolve("pyproject.toml"))) {
                return at;
            }
        }
        return folder;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    Experiment experiment() {
        return experiment;
    }

    Python python() {
        return python;
    }

    /// The folder with the agent.
    Path agent() {
        return agent;
    }

    /// The user's own project; sites are relative to it.
    Path project() {
        return project;
    }

    /// What each run reads as standard input; null: nothing.
    @Nullable Path input() {
        return input;
    }

    /// The runs that are kept.
    RunStore runs() {
        return new RunStore(home.resolve("runs"));
    }

    /// A folder that goes with this command.
    Path scratch() {
        return scratch.folder();
    }

    /// The runs that are thrown away after a look.
    RunStore probes() {
        return new RunStore(scratch.folder().resolve("probes"));
    }

    /// How one run is to be started.
    ///
    /// @param settings what the agent is told
    /// @param overlay other content of some files
    /// @param variables more environment variables
    /// @param mirrored in a mirror of the user's folder, not in the folder itself
    /// @param beside another run is going on at the same time
    /// @param absent files of the project that the mirror leaves out
    /// @param unset variables of the user's that the run does not get
    /// @param python another interpreter than the session's, or null
    /// @param input another standard input than the session's, or null
    record Order(
            AgentSettings settings,
            Map<String, byte[]> overlay,
            Map<String, String> variables,
            boolean mirrored,
            boolean beside,
            Set<String> absent,
            Set<String> unset,
            @Nullable Python python,
            @Nullable Path input) {
        Order(
                AgentSettings settings,
                Map<String, byte[]> overlay,
                Map<String, String> variables,
                boolean mirrored,
                boolean beside) {
            this(settings, overlay, variables, mirrored, beside, Set.of(), Set.of(), null, null);
        }

        /// The same, ended after so many optimizer steps.
        Order stoppingAfter(int steps) {
            return new Order(
                    settings.withStopAfterSteps(steps),
                    overlay,
                    variables,
                    mirrored,
                    beside,
                    absent,
                    unset,
                    python,
                    input);
        }

        /// The same with this standard input.
        Order reading(@Nullable Path other) {
            return new Order(
                    settings, overlay, variables, mirrored, beside, absent, unset, python, other);
        }
    }

    /// A mirror of the user's folder for several runs one after the other; the caller closes it.
    ///
    /// @param overlay other content of some files
    Workspace shared(Map<String, byte[]> overlay) {
        try {
            return mirror(overlay, _ -> {});
        } catch (IOException e) {
            throw unwritable(home, e);
        }
    }

    /// Starts a run.
    ActiveRun start(RunStore store, Order order) {
        return start(store, order, experiment, null, _ -> {});
    }

    /// Starts a run and shows how far its mirror is.
    ActiveRun start(RunStore store, Order order, Progress progress) {
        return start(
                store,
                order,
                experiment,
                null,
                entries -> progress.now("mirroring the folder, " + entries + " entries"));
    }

    /// Starts a run of another command in a mirror that is there already.
    ///
    /// @param in null for a mirror of its own, or none, as the order says
    ActiveRun start(RunStore store, Order order, Experiment experiment, @Nullable Workspace in) {
        return start(store, order, experiment, in, _ -> {});
    }

    private ActiveRun start(
            RunStore store,
            Order order,
            Experiment experiment,
            @Nullable Workspace in,
            IntConsumer watcher) {
        RunFolder folder = null;
        Workspace workspace = null;
        try {
            var begun = Instant.now();
            folder = store.create(begun, experiment.words());
            workspace =
                    in != null
                            ? in.lent()
                            : order.mirrored()
                                    ? mirror(order.overlay(), watcher)
                                    : Workspace.inPlace(project, surroundings.folder());
            workspace.remove(order.absent());
            boolean kept = store.equals(runs());
            var settings = order.settings().withKeep(kept);
            var variables = variables(order, folder.path().resolve("scratch"));
            if (order.beside() && experiment.meetsAtPort()) {
                for (var name : List.of("PET_MASTER_PORT", "MASTER_PORT")) {
                    if (!surroundings.environment().containsKey(name)) {
                        variables.put(name, freePort());
                    }
                }
            }
            var manifest =
                    Manifest.begin(
                                    Cli.VERSION,
                                    experiment.words(),
                                    surroundings.folder().toString(),
                                    begun)
                            .withPins(
                                    settings.seed(),
                                    settings.pins().stream().map(PinSetting::pin).toList(),
                                    settings.stopAfterSteps() == null
                                            ? null
                                            : settings.stopAfterSteps().longValue());
            folder.write(manifest);
            folder.writeEnvironment(environment(order, variables, Set.of(), Map.of()));
            if (kept) {
                keepNamed(folder);
            }
            var launch =
                    new Launch(
                            experiment,
                            python(order),
                            workspace,
                            folder.path(),
                            agent,
                            settings,
                            own(order),
                            variables,
                            order.input() != null ? order.input() : input);
            return new ActiveRun(folder, workspace, launch.start(), manifest);
        } catch (IOException e) {
            try {
                if (workspace != null) {
                    workspace.close();
                }
            } catch (IOException e2) {
                e.addSuppressed(e2);
            }
            throw unwritable(home, e);
        }
    }

    private Python python(Order order) {
        return order.python() != null ? order.python() : python;
    }

    /// The user's own variables, without those that the order takes away.
    private Map<String, String> own(Order order) {
        var own = new LinkedHashMap<>(surroundings.environment());
        own.keySet().removeAll(order.unset());
        return own;
    }

    /// What is set on top of the user's own variables.
    private Map<String, String> variables(Order order, Path caches) {
        var own = own(order);
        var settings = order.settings();
        var variables =
                new LinkedHashMap<>(
                        LauncherPins.variables(settings.pins(), own, settings.seed(), caches));
        variables.putAll(order.variables());
        if (!own.containsKey("OMP_WAIT_POLICY")) {
            // Threads that wait by spinning would take the processors from the other run; it
            // changes no result.
            variables.put("OMP_WAIT_POLICY", "PASSIVE");
        }
        return variables;
    }

    /// What a run would run in, as its record will say it.
    ///
    /// @param asked names of variables that the script asks for
    Map<String, @Nullable Object> environment(Order order, Collection<String> asked) {
        return environment(
                order, variables(order, home.resolve("runs/none/scratch")), asked, Map.of());
    }

    /// Notes which of the variables that the script asked for were set, and to what.
    ///
    /// @param packages versions by name, as far as they are known besides what the run itself tells
    void asked(ActiveRun run, Order order, Collection<String> names, Map<String, String> packages) {
        try {
            run.folder()
                    .writeEnvironment(
                            environment(
                                    order,
                                    variables(order, run.folder().path().resolve("scratch")),
                                    names,
                                    packages));
        } catch (IOException e) {
            // A full disk: what was written when the run began stays.
        }
    }

    /// A command that is no script of Python's may name files that say what is run: those go with
    /// the code.
    private void keepNamed(RunFolder folder) throws IOException {
        if (!(experiment instanceof Experiment.Command command)) {
            return;
        }
        for (var word : command.line()) {
            var file = word.isEmpty() ? project : surroundings.folder().resolve(word).normalize();
            if (file.startsWith(project)
                    && Files.isRegularFile(file)
                    && Files.size(file) <= NAMED_FILE
                    && !file.startsWith(home)) {
                var target = folder.code().resolve(project.relativize(file).toString());
                Files.createDirectories(target.resolveSibling(""));
                Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Map<String, @Nullable Object> environment(
            Order order,
            Map<String, String> variables,
            Collection<String> asked,
            Map<String, String> packages) {
        var all = own(order);
        all.putAll(variables);
        var used = python(order);
        var interpreter = new LinkedHashMap<String, @Nullable Object>();
        interpreter.put("version", used.version());
        interpreter.put("executable", used.executable().toString());
        interpreter.put("torch", used.torch());
        var environment = new LinkedHashMap<String, @Nullable Object>();
        environment.put("python", interpreter);
        environment.put("machine", Machine.facts());
        environment.put("variables", Machine.variables(all, asked));
        environment.put("asked", Machine.asked(all, asked));
        if (tree == null) {
            tree = WorkTree.identity(project);
        }
        environment.put("git", tree);
        if (!packages.isEmpty()) {
            environment.put(
                    "packages",
                    packages.entrySet().stream()
                            .map(one -> List.of(one.getKey(), one.getValue()))
                            .toList());
        }
        return environment;
    }

    private Workspace mirror(Map<String, byte[]> overlay, IntConsumer watcher) throws IOException {
        var further = new ArrayList<Path>();
        if (experiment instanceof Experiment.Script script) {
            var path = surroundings.folder().resolve(script.path()).normalize();
            var parent = path.getParent();
            if (parent != null && !path.startsWith(project)) {
                further.add(parent);
            }
        }
        // Equally long names: a path's length can reach a file's size.
        var name = String.format(java.util.Locale.ROOT, "%04d", mirrors++);
        return Workspace.mirror(
                scratch.folder().resolve(name),
                project,
                surroundings.folder(),
                further,
                overlay,
                watcher);
    }

    private static String freePort() {
        try (var socket = new ServerSocket(0)) {
            return Integer.toString(socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether the disk has no room left for records.
    boolean diskFull() {
        try {
            return Files.getFileStore(home).getUsableSpace() < 1 << 20;
        } catch (IOException e) {
            return false;
        }
    }

    /// Removes what only this command needed.
    void close() {
        try {
            scratch.close();
        } catch (IOException e) {
            // Leftovers in .lockstep do no harm; prune removes them.
        }
    }
}
