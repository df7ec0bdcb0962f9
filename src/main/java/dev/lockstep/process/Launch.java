package dev.lockstep.process;

import dev.lockstep.event.AgentSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything that one run is started with.
///
/// @param experiment what to run
/// @param python the interpreter, also of the supervisor
/// @param workspace where it runs
/// @param run the run folder; it exists and holds no streams yet
/// @param agent the folder {@link AgentFiles} gave
/// @param settings what the agent is told
/// @param environment the whole environment of the user
/// @param variables what is set on top of it
/// @param input what the experiment reads as standard input; null: nothing
public record Launch(
        Experiment experiment,
        Python python,
        Workspace workspace,
        Path run,
        Path agent,
        AgentSettings settings,
        Map<String, String> environment,
        Map<String, String> variables,
        @Nullable Path input) {

    public Launch {
        environment = Map.copyOf(environment);
        variables = Map.copyOf(variables);
    }

    /// Starts it.
    ///
    /// @throws IOException when the run folder cannot be written or the interpreter not be started
    public LiveRun start() throws IOException {
        Files.createDirectories(run.resolve("streams"));
        var told =
                settings.toJson(
                        workspace.project().toString(),
                        workspace.origin().toString(),
                        experiment.words());
        Files.writeString(run.resolve("agent.json"), told);
        var command = new ArrayList<String>();
        command.add(python.executable().toString());
        command.addAll(
                List.of("-I", "-S", agent.resolve("lockstep_agent/supervise.py").toString()));
        command.addAll(List.of("--run", run.toString()));
        if (input != null) {
            command.addAll(List.of("--stdin", input.toString()));
        }
        command.add("--");
        command.addAll(command());
        var builder =
                new ProcessBuilder(command)
                        .directory(workspace.folder().toFile())
                        .redirectInput(ProcessBuilder.Redirect.PIPE)
                        .redirectOutput(run.resolve("stdout.log").toFile())
                        .redirectError(run.resolve("stderr.log").toFile());
        var wanted = wholeEnvironment();
        builder.environment().clear();
        builder.environment().putAll(wanted);
        return new LiveRun(this, builder.start());
    }

    /// The experiment's own command line, as the operating system gets it.
    List<String> command() {
        var command = new ArrayList<String>();
        var executable = python.executable().toString();
        switch (experiment) {
            case Experiment.Script script -> {
                command.add(executable);
                if (script.isNotebook()) {
                    command.add(agent.resolve("lockstep_agent/notebook.py").toString());
                }
                command.add(script(script.path()));
                script.arguments().forEach(argument -> command.add(workspace.argument(argument)));
            }
            case Experiment.Module module -> {
                command.addAll(List.of(executable, "-m", module.name()));
                module.arguments().forEach(argument -> command.add(workspace.argument(argument)));
            }
            case Experiment.Command other ->
                    other.line().forEach(word -> command.add(workspace.argument(word)));
        }
        return command;
    }

    /// A relative path stays as it was typed: it leads to the copy because the run starts in the
    /// copy of the folder.
    private String script(String path) {
        if (path.startsWith("/")) {
            return workspace.mapped(Path.of(path).normalize()).toString();
        }
        return path;
    }

    private Map<String, String> wholeEnvironment() {
        var all = new HashMap<>(environment);
        all.putAll(variables);
        var site = agent.resolve("lockstep_agent/site").toString();
        var own = all.getOrDefault("PYTHONPATH", "");
        var mapped = new ArrayList<String>();
        mapped.add(site);
        if (!own.isEmpty()) {
            for (var entry : own.split(":", -1)) {
                mapped.add(
                        entry.startsWith("/")
                                ? workspace.mapped(Path.of(entry).normalize()).toString()
                                : entry);
            }
        }
        all.put("PYTHONPATH", String.join(":", mapped));
        all.put("LOCKSTEP_RUN", run.toString());
        all.put("PWD", workspace.folder().toString());
        // What was printed before a run is stopped shall be in its log.
        all.putIfAbsent("PYTHONUNBUFFERED", "1");
        if (experiment instanceof Experiment.Command command) {
            // `torchrun` beside the chosen interpreter belongs to it.
            var folder = python.executable().getParent();
            if (folder != null && Files.isExecutable(folder.resolve(command.line().getFirst()))) {
                all.put("PATH", folder + ":" + environment.getOrDefault("PATH", ""));
            }
        }
        return all;
    }
}
