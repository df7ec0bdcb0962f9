package dev.lockstep.cli;

import dev.lockstep.fix.Start;
import dev.lockstep.process.Experiment;
import dev.lockstep.source.EntryPoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Takes an experiment, gives the scripts of the project that it starts, and how, as far as its
/// command tells.
///
/// @param paths the scripts, the first one first; empty when the command tells none
/// @param way what Python is told to run
/// @param function the function of the script that a console script calls, or null
record StartedScripts(List<String> paths, Start.Way way, @Nullable String function) {
    /// `-m package.module`, or `folder/script.py`. No word is looked at from its middle: the text
    /// may be any file.
    private static final Pattern STARTED =
            Pattern.compile(
                    "(?<=\\s)-m\\s+([A-Za-z_][\\w.]*)|(?<![\\w./-])([\\w./-]{1,400}\\.py)\\b");

    /// `from package.module import`, or `import package.module`.
    private static final Pattern IMPORTED =
            Pattern.compile("\\b(?:from|import)\\s+([A-Za-z_][\\w.]*)");

    /// The option that is followed by code, of Python as of a shell.
    private static final String CODE = "-c";

    /// The files in which tools look for what they are to run.
    private static final Map<String, List<String>> RECIPES =
            Map.of(
                    "make",
                    List.of("GNUmakefile", "makefile", "Makefile"),
                    "just",
                    List.of("justfile"));

    private static final long LARGEST_TEXT = 1 << 20;

    StartedScripts {
        paths = List.copyOf(paths);
    }

    static StartedScripts of(Experiment experiment, ProjectSource source) {
        return switch (experiment) {
            case Experiment.Script script ->
                    found(
                            Start.Way.SCRIPT,
                            Stream.of(script.path(), script.path() + "/__main__.py"),
                            source);
            case Experiment.Module module ->
                    found(Start.Way.MODULE, ofModule(module.name()), source);
            case Experiment.Command command -> of(command.line(), source);
        };
    }

    /// The scripts that the words of a command name; else the console script that it is; else what
    /// is named in a file among its words, as in `bash run.sh`, or imported by its code.
    private static StartedScripts of(List<String> line, ProjectSource source) {
        var words = line.stream().filter(word -> word.endsWith(".py"));
        var text = String.join(" ", line);
        var scripts = found(Start.Way.SCRIPT, Stream.concat(words, named(text, STARTED)), source);
        if (!scripts.paths().isEmpty()) {
            return scripts;
        }
        var name = line.getFirst();
        var console =
                EntryPoints.consoleScript(
                        source.project(), name.substring(name.lastIndexOf('/') + 1));
        if (console != null) {
            return new StartedScripts(
                    List.of(console.module().path()), Start.Way.IMPORT, console.function());
        }
        var recipes = RECIPES.getOrDefault(name, List.of());
        var inFiles =
                Stream.concat(line.stream(), recipes.stream())
                        .flatMap(word -> namedInFile(word, source));
        scripts = found(Start.Way.SCRIPT, inFiles, source);
        return scripts.paths().isEmpty()
                ? found(
                        Start.Way.IMPORT,
                        line.contains(CODE) ? named(text, IMPORTED) : Stream.of(),
                        source)
                : scripts;
    }

    private static StartedScripts found(
            Start.Way way, Stream<String> candidates, ProjectSource source) {
        var paths = candidates.map(source::named).filter(Objects::nonNull).distinct().toList();
        return new StartedScripts(paths, way, null);
    }

    private static Stream<String> ofModule(String name) {
        var path = name.replace('.', '/');
        return Stream.of(
                path + ".py",
                path + "/__main__.py",
                "src/" + path + ".py",
                "src/" + path + "/__main__.py");
    }

    /// The scripts and modules that a command line or the text of a shell script names.
    private static Stream<String> named(String text, Pattern pattern) {
        var found = new ArrayList<String>();
        var matcher = pattern.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1) == null) {
                found.add(matcher.group(2));
            } else {
                ofModule(matcher.group(1)).forEach(found::add);
            }
        }
        return found.stream();
    }

    private static Stream<String> namedInFile(String word, ProjectSource source) {
        try {
            var file = source.folder().resolve(word);
            return Files.isRegularFile(file) && Files.size(file) <= LARGEST_TEXT
                    ? named(Files.readString(file), STARTED)
                    : Stream.of();
        } catch (IOException | InvalidPathException e) {
            return Stream.of(); // no text: it names nothing
        }
    }
}
