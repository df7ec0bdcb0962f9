package dev.lockstep.cli;

import dev.lockstep.check.CheckResult;
import dev.lockstep.check.Checker;
import dev.lockstep.check.Contents;
import dev.lockstep.check.Finding;
import dev.lockstep.check.Rules;
import dev.lockstep.check.Selection;
import dev.lockstep.event.Site;
import dev.lockstep.process.Experiment;
import dev.lockstep.source.Project;
import dev.lockstep.source.ProjectFiles;
import dev.lockstep.source.PythonModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The source of the project that an experiment belongs to, with some files changed in memory.
///
/// Paths are relative to the folder in which the command was started, as in verdicts.
final class ProjectSource {
    private static final Pattern REQUIRES =
            Pattern.compile("(?m)^requires-python\\s*=\\s*[\"'][^\"'0-9]*(\\d)\\.(\\d+)");

    private static final List<String> CONFIGURATIONS =
            List.of(".yaml", ".yml", ".json", ".toml", ".cfg");
    private static final long LARGEST_CONFIGURATION = 1 << 20;

    private final Path root;
    private final Path folder;
    private final TreeMap<String, Path> files;
    private final SitePackages packages;
    private final Map<String, byte[]> changed = new HashMap<>();

    private ProjectSource(
            Path root, Path folder, TreeMap<String, Path> files, SitePackages packages) {
        this.root = root;
        this.folder = folder;
        this.files = files;
        this.packages = packages;
    }

    static ProjectSource find(Session session) {
        return of(
                session.project(),
                session.surroundings().folder(),
                SitePackages.find(
                        session.surroundings(), session.python().executable().toString()));
    }

    /// @param root the project's folder
    /// @param folder the one in which the command was started
    static ProjectSource of(Path root, Path folder, SitePackages packages) {
        return new ProjectSource(
                root, folder, PythonFiles.find(folder, List.of(root), List.of()).files(), packages);
    }

    /// What the check says about the files that the session's script runs; nothing when the script
    /// is no file of the project.
    static List<Finding> findings(Session session) {
        var source = find(session);
        var scripts = StartedScripts.of(session.experiment(), source).paths();
        return scripts.isEmpty() ? List.of() : source.check(source.project(), scripts).findings();
    }

    /// A line that the check names, as a run names it.
    static Site site(Session session, String file, int line) {
        var path = session.surroundings().folder().resolve(file).normalize();
        return new Site(session.project().relativize(path).toString(), line, null);
    }

    /// The script that an experiment starts first, or null when it is no file of the project.
    @Nullable String entry(Experiment experiment) {
        var scripts = StartedScripts.of(experiment, this).paths();
        return scripts.isEmpty() ? null : scripts.getFirst();
    }

    /// The folder in which the command was started.
    Path folder() {
        return folder;
    }

    /// The Python file of the project that somebody in that folder means by a path, or null.
    @Nullable String named(String path) {
        var full = folder.resolve(path).normalize();
        for (var file : files.entrySet()) {
            if (file.getValue().normalize().equals(full)) {
                return file.getKey();
            }
        }
        return null;
    }

    /// Which of several scripts a place belongs to: itself one of them, or imported by one; the
    /// first when none leads to it. Where no script is known, the first place that is a file of the
    /// project; null when none is.
    @Nullable String scriptOf(List<String> scripts, Collection<String> places, Project project) {
        for (var place : places) {
            if (scripts.isEmpty() ? project.module(place) != null : scripts.contains(place)) {
                return place;
            }
            for (var script : scripts) {
                if (closure(project, List.of(script)).contains(place)) {
                    return script;
                }
            }
        }
        return scripts.isEmpty() ? null : scripts.getFirst();
    }

    /// These files and what they import, directly or not.
    private static Set<String> closure(Project project, Collection<String> from) {
        var found = new LinkedHashSet<String>();
        var pending = new ArrayDeque<>(from);
        while (!pending.isEmpty()) {
            var path = pending.poll();
            var module = found.contains(path) ? null : project.module(path);
            if (module != null) {
                found.add(path);
                for (var site : module.imports()) {
                    site.modules().stream().map(PythonModule::path).forEach(pending::add);
                }
            }
        }
        return found;
    }

    /// Whether the session's Python, and every one that the project says it runs on, is this old or
    /// newer.
    boolean everyPythonFrom(Session session, int major, int minor) {
        var release = session.python().release();
        boolean newEnough = release[0] > major || release[0] == major && release[1] >= minor;
        var settings = session.project().resolve("pyproject.toml");
        try {
            var wanted =
                    Files.isRegularFile(settings)
                            ? REQUIRES.matcher(Files.readString(settings))
                            : null;
            return newEnough
                    && (wanted == null
                            || !wanted.find()
                            || Integer.parseInt(wanted.group(1)) > major
                            || Integer.parseInt(wanted.group(1)) == major
                                    && Integer.parseInt(wanted.group(2)) >= minor);
        } catch (IOException e) {
            return newEnough;
        }
    }

    /// Other content for a file.
    void change(String path, byte[] bytes) {
        changed.put(path, bytes.clone());
    }

    /// The content of a file, changed or as it is on disk; null when it cannot be read.
    byte @Nullable [] read(String path) {
        var other = changed.get(path);
        if (other != null) {
            return other.clone();
        }
        var file = file(path);
        try {
            return file == null ? null : Files.readAllBytes(file);
        } catch (IOException e) {
            return null;
        }
    }

    /// A Python file of the project, or a configuration file in its folder.
    @Nullable Path file(String path) {
        var known = files.get(path);
        if (known != null || CONFIGURATIONS.stream().noneMatch(path::endsWith)) {
            return known;
        }
        if (path.indexOf('\0') >= 0) {
            return null;
        }
        var file = folder.resolve(path).normalize();
        return file.startsWith(root)
                        && Files.isRegularFile(file)
                        && file.toFile().length() < LARGEST_CONFIGURATION
                ? file
                : null;
    }

    /// The project with resolved names; files are read when they are needed.
    Project project() {
        return new Project(
                new ProjectFiles() {
                    @Override
                    public SortedSet<String> paths() {
                        return new TreeSet<>(files.keySet());
                    }

                    @Override
                    public byte @Nullable [] read(String path) {
                        return ProjectSource.this.read(path);
                    }
                },
                (module, name) -> false);
    }

    /// What the check finds in some files and in those that they import.
    CheckResult check(Project project, Collection<String> from) {
        return check(project, from, Selection.ALL);
    }

    /// The same for a selection of hazards.
    CheckResult check(Project project, Collection<String> from, Selection selection) {
        SortedMap<String, Contents> contents = new TreeMap<>();
        for (var path : closure(project, from)) {
            contents.put(
                    path,
                    () -> {
                        var bytes = read(path);
                        if (bytes == null) {
                            throw new IOException("it cannot be read");
                        }
                        return bytes;
                    });
        }
        var setting = new Checker.Setting(selection, null, List.of(), packages);
        var result =
                new Checker(Rules.all(), setting, Runtime.getRuntime().availableProcessors())
                        .check(contents);
        packages.save();
        return result;
    }
}
