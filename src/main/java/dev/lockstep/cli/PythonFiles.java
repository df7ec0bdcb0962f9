package dev.lockstep.cli;

import dev.lockstep.check.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// Finds the Python files and notebooks below the paths that a person named.
///
/// A file that was named itself is always taken. Below a folder, what is hidden, a virtual
/// environment, a cache, or excluded is left out; symbolic links are followed, each folder is
/// visited once, so a loop of links ends.
final class PythonFiles {
    private static final Set<String> SKIPPED =
            Set.of("__pycache__", "node_modules", "site-packages", "dist-packages");

    private final Path base;
    private final List<PathMatcher> excluded;
    private final TreeMap<String, Path> files = new TreeMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Set<Path> visited = new HashSet<>();

    private PythonFiles(Path base, List<String> exclude) {
        this.base = base;
        this.excluded = exclude.stream().flatMap(glob -> matchers(glob).stream()).toList();
    }

    /// What was found: files by the path that is shown for them, and what could not be looked at.
    record Found(TreeMap<String, Path> files, List<Problem> problems) {}

    /// Takes the folder that paths are shown relative to, the named paths and what to exclude
    /// (globs over paths relative to `base`, or a folder's name).
    static Found find(Path base, List<Path> named, List<String> exclude) {
        var finder = new PythonFiles(base, exclude);
        for (Path path : named) {
            Path full = base.resolve(path).normalize();
            if (Files.isDirectory(full)) {
                finder.folder(full);
            } else if (Files.exists(full)) {
                finder.files.put(finder.shown(full), full);
            } else {
                finder.problems.add(
                        new Problem(finder.shown(full), 0, "there is no such file", true));
            }
        }
        return new Found(finder.files, List.copyOf(finder.problems));
    }

    private void folder(Path folder) {
        try {
            if (!visited.add(folder.toRealPath())) {
                return;
            }
            var entries = new ArrayList<Path>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
                stream.forEach(entries::add);
            } catch (java.nio.file.DirectoryIteratorException e) {
                throw e.getCause();
            }
            entries.sort(null);
            for (Path entry : entries) {
                entry(entry);
            }
        } catch (IOException | UncheckedIOException e) {
            problems.add(
                    new Problem(shown(folder), 0, "the folder cannot be listed: " + why(e), true));
        }
    }

    private void entry(Path entry) {
        String name = entry.getFileName().toString();
        if (excluded.stream().anyMatch(matcher -> matcher.matches(relative(entry)))) {
            return;
        }
        if (Files.isDirectory(entry)) {
            boolean environment = Files.exists(entry.resolve("pyvenv.cfg"));
            if (!name.startsWith(".") && !SKIPPED.contains(name) && !environment) {
                folder(entry);
            }
        } else if (name.endsWith(".py") || name.endsWith(".ipynb")) {
            if (Files.isRegularFile(entry)) {
                files.put(shown(entry), entry);
            } else if (Files.isSymbolicLink(entry)) {
                problems.add(new Problem(shown(entry), 0, "the symbolic link leads nowhere", true));
            }
        }
    }

    private Path relative(Path path) {
        return path.startsWith(base) ? base.relativize(path) : path;
    }

    private String shown(Path path) {
        return shown(base, path);
    }

    /// How a path is shown: relative to `base` when it lies in it.
    static String shown(Path base, Path path) {
        Path relative = path.startsWith(base) ? base.relativize(path) : path;
        String text = relative.toString().replace('\\', '/');
        return text.isEmpty() ? "." : text;
    }

    static String why(Exception e) {
        if (e instanceof java.nio.file.AccessDeniedException) {
            return "no permission";
        }
        if (e instanceof java.nio.file.NoSuchFileException) {
            return "it is not there";
        }
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private static List<PathMatcher> matchers(String glob) {
        String plain = glob.endsWith("/") ? glob.substring(0, glob.length() - 1) : glob;
        var system = FileSystems.getDefault();
        if (!plain.contains("/")) {
            return List.of(
                    system.getPathMatcher("glob:" + plain),
                    system.getPathMatcher("glob:**/" + plain));
        }
        return List.of(system.getPathMatcher("glob:" + plain));
    }
}
