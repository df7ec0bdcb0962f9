package dev.lockstep.cli;

import dev.lockstep.event.PinSetting;
import dev.lockstep.process.Experiment;
import dev.lockstep.report.Amounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// What `verify`, `fix` and `run` have in common: the experiment and how to start it.
final class ExperimentOptions {
    /// The pin behind `--drop-last`.
    static final String DROP_LAST = "last-batch";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(
            names = "--python",
            paramLabel = "EXE",
            description =
                    "The interpreter; else $$LOCKSTEP_PYTHON, the active virtual environment, Lockstep's own .venv, python3 on PATH: the first that has torch.")
    @Nullable String python;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Stop each run after N optimizer steps; default: to the end.")
    @Nullable Integer steps;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The seed that pins use; default: 0.",
            defaultValue = "0")
    long seed;

    @Option(
            names = "--drop-last",
            description =
                    "Leave out the last batch of each shuffling loader when its samples do not fill it (drop_last=True).")
    boolean dropLast;

    @Option(
            names = "--stdin",
            paramLabel = "FILE",
            description = "What each run reads as standard input; `< FILE` does the same.")
    @Nullable Path input;

    @Option(
            names = "-m",
            paramLabel = "MODULE ARGS",
            description = "Run a module, as python -m does; what follows it are its arguments.",
            parameterConsumer = RestOfTheLine.class)
    @Nullable List<String> module;

    @Parameters(
            arity = "0..*",
            paramLabel = "SCRIPT.py ARGS | -- COMMAND",
            description =
                    "The script with its arguments; after --, any command that starts Python.")
    List<String> words = new ArrayList<>();

    /// Takes all that is left of the command line.
    static final class RestOfTheLine implements IParameterConsumer {
        @Override
        public void consumeParameters(
                Stack<String> arguments, ArgSpec argument, CommandSpec command) {
            var rest = new ArrayList<String>();
            while (!arguments.isEmpty()) {
                rest.add(arguments.pop());
            }
            argument.setValue(rest);
        }
    }

    /// The pins that hold in every run because the user asked for them.
    List<PinSetting> pins() {
        return dropLast ? List.of(new PinSetting(DROP_LAST)) : List.of();
    }

    /// The experiment that the arguments name, looked for in a folder.
    Experiment experiment(Path folder) {
        if (steps != null && steps < 1) {
            throw new CannotTell(
                    "--steps " + steps + " is not a number of steps", "give 1 or more");
        }
        if (module != null && !module.isEmpty()) {
            return new Experiment.Module(module.getFirst(), module.subList(1, module.size()));
        }
        if (words.isEmpty()) {
            throw new CannotTell(
                    "what shall run is missing",
                    "lockstep "
                            + spec.name()
                            + " train.py --epochs 1\nlockstep "
                            + spec.name()
                            + " --help");
        }
        if (afterDashes()) {
            return new Experiment.Command(words);
        }
        return script(folder);
    }

    /// Whether `--` stood before the first word.
    private boolean afterDashes() {
        var line = spec.commandLine().getParseResult().originalArgs();
        int first = line.size() - words.size();
        return first > 0 && line.get(first - 1).equals("--");
    }

    private Experiment script(Path folder) {
        var name = words.getFirst();
        var arguments = words.subList(1, words.size());
        if (name.startsWith("-")) {
            throw new CannotTell(
                    "there is no option " + name,
                    "options of Lockstep stand before the script: lockstep "
                            + spec.name()
                            + " --help");
        }
        var path = folder.resolve(name);
        if (!Files.exists(path)) {
            throw new CannotTell("there is no file " + name + " in " + folder, near(folder, name));
        }
        if (Files.isDirectory(path)) {
            if (Files.isRegularFile(path.resolve("__main__.py"))) {
                return new Experiment.Script(name, arguments);
            }
            throw new CannotTell(
                    name + " is a folder without a __main__.py", "name the script that trains");
        }
        if (!Files.isReadable(path)) {
            throw new CannotTell(name + " cannot be read", "ls -l " + name);
        }
        if (!name.endsWith(".py")
                && !name.endsWith(".pyw")
                && !name.endsWith(".ipynb")
                && !startsPython(path)) {
            throw new CannotTell(
                    name + " is not a Python script",
                    "for any other command that starts Python: lockstep "
                            + spec.name()
                            + " -- "
                            + Amounts.command(words));
        }
        return new Experiment.Script(name, arguments);
    }

    private static boolean startsPython(Path path) {
        try (var in = Files.newInputStream(path)) {
            var start =
                    new String(in.readNBytes(200), java.nio.charset.StandardCharsets.ISO_8859_1);
            return start.startsWith("#!")
                    && start.lines().findFirst().orElse("").contains("python");
        } catch (IOException e) {
            return false;
        }
    }

    /// Scripts that a person may have meant.
    private static String near(Path folder, String name) {
        var wanted = String.valueOf(Path.of(name).getFileName());
        var found = new ArrayList<String>();
        try (var entries =
                Files.find(
                        folder, 2, (p, a) -> a.isRegularFile() && p.toString().endsWith(".py"))) {
            entries.limit(5000)
                    .map(path -> folder.relativize(path).toString())
                    .filter(path -> !path.startsWith("."))
                    .sorted()
                    .filter(path -> {
                        var own = String.valueOf(Path.of(path).getFileName());
                        return own.equals(wanted)
                                || own.equals(wanted + ".py")
                                || Spelling.distance(own, wanted) <= 2;
                    })
                    .limit(3)
                    .forEach(found::add);
        } catch (IOException | java.io.UncheckedIOException e) {
            // No suggestion then.
        }
        return found.isEmpty()
                ? "name a script by its path from there, or start lockstep in its folder"
                : "did you mean " + String.join(" or ", found) + "?";
    }
}
