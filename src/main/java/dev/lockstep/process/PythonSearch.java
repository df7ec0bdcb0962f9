package dev.lockstep.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Looks for the interpreter to use: the first of the known places whose Python has torch.
///
/// Whether torch is there is asked without importing it (which takes a second): Python's own import
/// machinery finds the package, its version is read from its `version.py`.
public final class PythonSearch {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final String QUESTION =
            """
            import sys, os
            sys.path = [p for p in sys.path if p]
            import importlib.util, re
            version = ""
            try:
                spec = importlib.util.find_spec("torch")
                if spec is not None and spec.origin:
                    version = "?"
                    with open(os.path.join(os.path.dirname(spec.origin), "version.py")) as f:
                        found = re.search(r"__version__ *= *['\\"]([^'\\"]+)", f.read())
                    if found:
                        version = found.group(1)
            except Exception:
                pass
            print("lockstep|%d.%d.%d|%s|" % (tuple(sys.version_info[:3]) + (version,)))
            """;

    /// A place that was looked at and what it lacked; null when it has everything.
    public record Candidate(
            String where, String executable, @Nullable Python python, @Nullable String lacks) {}

    private final Map<String, String> environment;
    private final Path folder;
    private final @Nullable Path checkout;

    /// @param environment the environment of Lockstep itself
    /// @param folder the folder the command was started in
    /// @param checkout where Lockstep's own `.venv` is, when there is a checkout
    public PythonSearch(Map<String, String> environment, Path folder, @Nullable Path checkout) {
        this.environment = Map.copyOf(environment);
        this.folder = folder;
        this.checkout = checkout;
    }

    /// All places in their order, each asked. The first without a lack is the one to use.
    ///
    /// @param explicit the interpreter a person named; then it is the only place
    /// @param all ask every place even when an earlier one has torch
    public List<Candidate> candidates(@Nullable String explicit, boolean all) {
        var answers = new ArrayList<Candidate>();
        var seen = new LinkedHashSet<String>();
        for (var place : places(explicit)) {
            if (!seen.add(place.executable())) {
                continue;
            }
            var answer = ask(place.where(), place.executable());
            answers.add(answer);
            if (!all && answer.lacks() == null) {
                break;
            }
        }
        return List.copyOf(answers);
    }

    /// The folders that the first interpreter there is imports from, in their order, whether it has
    /// torch or not; none when there is no interpreter.
    ///
    /// A virtual environment's are known without starting it.
    ///
    /// @param explicit the interpreter a person named; then it is the only place
    public List<Path> importFolders(@Nullable String explicit) {
        for (var place : places(explicit)) {
            var path = resolve(place.executable());
            if (path == null) {
                continue;
            }
            var own = ofEnvironment(path);
            if (!own.isEmpty()) {
                return own;
            }
            var answer =
                    Tool.ask(
                            LIMIT,
                            Map.of(),
                            folder,
                            List.of(
                                    path.toString(),
                                    "-c",
                                    "import sys; print(*sys.path, sep='\\n')"));
            if (answer.status() == 0) {
                return answer.output()
                        .lines()
                        .filter(line -> line.startsWith("/"))
                        .map(Path::of)
                        .filter(Files::isDirectory)
                        .toList();
            }
        }
        return List.of();
    }

    private static List<Path> ofEnvironment(Path executable) {
        var bin = executable.toAbsolutePath().getParent();
        var home = bin == null ? null : bin.getParent();
        if (home == null || !Files.isRegularFile(home.resolve("pyvenv.cfg"))) {
            return List.of();
        }
        try {
            if (Files.readString(home.resolve("pyvenv.cfg"))
                    .matches("(?s).*include-system-site-packages *= *true.*")) {
                return List.of();
            }
            try (var versions = Files.newDirectoryStream(home.resolve("lib"), "python3*")) {
                for (var version : versions) {
                    var packages = version.resolve("site-packages");
                    if (Files.isDirectory(packages)) {
                        return withAdded(packages);
                    }
                }
            }
        } catch (IOException e) {
            return List.of(); // then it is asked
        }
        return List.of();
    }

    /// A folder of packages and those that its `.pth` files add: other environments.
    private static List<Path> withAdded(Path packages) throws IOException {
        var all = new ArrayList<Path>(List.of(packages));
        try (var files = Files.newDirectoryStream(packages, "*.pth")) {
            for (var file : files) {
                for (var line :
                        Files.readString(file, StandardCharsets.ISO_8859_1).split("\\R", -1)) {
                    if (line.isBlank() || line.startsWith("#") || line.startsWith("import")) {
                        continue;
                    }
                    var added = packages.resolve(line.strip()).normalize();
                    if (Files.isDirectory(added)) {
                        all.add(added);
                    }
                }
            }
        }
        all.subList(1, all.size()).sort(null);
        return List.copyOf(all);
    }

    /// Asks one interpreter.
    public Candidate ask(String where, String executable) {
        var path = resolve(executable);
        if (path == null) {
            return new Candidate(where, executable, null, "is not there");
        }
        var answer = Tool.ask(LIMIT, Map.of(), folder, List.of(path.toString(), "-c", QUESTION));
        int at = answer.output().indexOf("lockstep|");
        if (answer.status() != 0 || at < 0) {
            return new Candidate(
                    where,
                    path.toString(),
                    null,
                    "does not start as Python: " + firstLine(answer.output()));
        }
        var fields = answer.output().substring(at).split("\\|", -1);
        var torch = fields[2].isEmpty() ? null : fields[2];
        var python = new Python(path, fields[1], torch, where);
        var release = python.release();
        if (release[0] < 3 || (release[0] == 3 && release[1] < 8)) {
            return new Candidate(
                    where,
                    path.toString(),
                    python,
                    "is Python " + fields[1] + "; 3.8 or newer is needed");
        }
        return new Candidate(
                where,
                path.toString(),
                python,
                torch == null ? "Python " + fields[1] + " has no torch" : null);
    }

    private record Place(String where, String executable) {}

    private List<Place> places(@Nullable String explicit) {
        if (explicit != null) {
            return List.of(new Place("--python", explicit));
        }
        var places = new ArrayList<Place>();
        var named = environment.get("LOCKSTEP_PYTHON");
        if (named != null && !named.isEmpty()) {
            places.add(new Place("LOCKSTEP_PYTHON", named));
        }
        for (var variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            var active = environment.get(variable);
            if (active != null && !active.isEmpty()) {
                places.add(new Place(variable, Path.of(active, "bin", "python").toString()));
            }
        }
        var own = folder.resolve(".venv/bin/python");
        if (Files.exists(own)) {
            places.add(new Place(".venv here", own.toString()));
        }
        if (checkout != null) {
            places.add(
                    new Place("Lockstep's .venv", checkout.resolve(".venv/bin/python").toString()));
        }
        places.add(new Place("PATH", "python3"));
        return places;
    }

    /// The file that a word names, looked for on PATH when it has no slash; null when there is
    /// none.
    @Nullable Path resolve(String executable) {
        if (executable.contains("/")) {
            var path = folder.resolve(executable);
            return Files.isExecutable(path) && !Files.isDirectory(path) ? path : null;
        }
        for (var entry : environment.getOrDefault("PATH", "").split(":", -1)) {
            if (entry.isEmpty()) {
                continue;
            }
            var path = folder.resolve(entry).resolve(executable);
            if (Files.isExecutable(path) && !Files.isDirectory(path)) {
                return path;
            }
        }
        return null;
    }

    private static String firstLine(String text) {
        var line = text.strip().lines().findFirst().orElse("it printed nothing");
        return line.length() > 200 ? line.substring(0, 200) + "…" : line;
    }
}
