package dev.lockstep.cli;

import dev.lockstep.check.PackageFiles;
import dev.lockstep.process.PythonSearch;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The packages in an interpreter's folders, and what was found out about them before.
///
/// Answers are kept in the user's cache folder, one file for each version of a package in its
/// place; a package without a version is asked anew each time.
final class SitePackages implements PackageFiles {
    private final List<Path> folders;
    private final Path cache;
    private final SortedMap<String, Path> names = new TreeMap<>();
    private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();

    /// @param file null when the package has no version
    private record Remembered(@Nullable Path file, Map<String, String> answers, int known) {}

    private SitePackages(List<Path> folders, Path cache) {
        this.folders = folders;
        this.cache = cache;
        for (Path folder : folders.reversed()) {
            list(folder);
        }
    }

    static SitePackages find(Surroundings surroundings, @Nullable String python) {
        var search =
                new PythonSearch(
                        surroundings.environment(), surroundings.folder(), surroundings.checkout());
        List<Path> folders =
                search.importFolders(python).stream()
                        .filter(folder -> {
                            String name = String.valueOf(folder.getFileName());
                            return name.equals("site-packages") || name.equals("dist-packages");
                        })
                        .toList();
        return new SitePackages(folders, surroundings.cache().resolve("packages"));
    }

    /// Whether there is no interpreter, or it has no packages.
    boolean isEmpty() {
        return names.isEmpty();
    }

    private void list(Path folder) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String file = entry.getFileName().toString();
                String name = file.endsWith(".py") ? file.substring(0, file.length() - 3) : file;
                boolean identifier =
                        name.chars()
                                .allMatch(
                                        c -> c < 128 && (c == '_' || Character.isLetterOrDigit(c)));
                if (identifier
                        && !name.equals("__pycache__")
                        && (file.endsWith(".py") || Files.isDirectory(entry))) {
                    names.put(name, folder);
                }
            }
        } catch (IOException e) {
            // A folder of sys.path that cannot be listed brings no packages.
        }
    }

    @Override
    public Set<String> names() {
        return names.keySet();
    }

    @Override
    public SortedSet<String> paths(String name) {
        var paths = new TreeSet<String>();
        Path folder = names.get(name);
        if (folder == null) {
            return paths;
        }
        if (Files.isRegularFile(folder.resolve(name + ".py"))) {
            paths.add(name + ".py");
        }
        Path top = folder.resolve(name);
        if (!Files.isDirectory(top)) {
            return paths;
        }
        try {
            Files.walkFileTree(
                    top,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path directory, BasicFileAttributes attributes) {
                            String last = directory.getFileName().toString();
                            return last.equals("tests") || last.equals("__pycache__")
                                    ? FileVisitResult.SKIP_SUBTREE
                                    : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            String last = file.getFileName().toString();
                            if (last.endsWith(".py") || last.endsWith(".pyi")) {
                                paths.add(folder.relativize(file).toString().replace('\\', '/'));
                            }
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            // What was seen so far is what can be read.
        }
        return paths;
    }

    @Override
    public byte @Nullable [] read(String path) {
        int slash = path.indexOf('/');
        String name =
                slash < 0 ? path.substring(0, path.lastIndexOf('.')) : path.substring(0, slash);
        Path folder = names.get(name);
        try {
            return folder == null ? null : Files.readAllBytes(folder.resolve(path));
        } catch (IOException e) {
            return null;
        }
    }

    // What is remembered.

    @Override
    public @Nullable String remembered(String name, String question) {
        return of(name).answers().get(question);
    }

    @Override
    public void remember(String name, String question, String answer) {
        of(name).answers().put(question, answer);
    }

    private Remembered of(String name) {
        return remembered.computeIfAbsent(
                name,
                key -> {
                    String version = version(key);
                    if (version == null) {
                        return new Remembered(null, new ConcurrentHashMap<>(), 0);
                    }
                    Path file = cache.resolve(key + "-" + version + "-" + origin(key) + ".txt");
                    var answers = new ConcurrentHashMap<String, String>();
                    try {
                        for (String line : Files.readAllLines(file)) {
                            int tab = line.indexOf('\t');
                            if (tab > 0) {
                                answers.put(line.substring(0, tab), line.substring(tab + 1));
                            }
                        }
                    } catch (IOException e) {
                        answers.clear(); // not there yet, or not ours
                    }
                    return new Remembered(file, answers, answers.size());
                });
    }

    /// Writes down what is new. A cache that cannot be written costs time and nothing else.
    void save() {
        for (Remembered one : remembered.values()) {
            Path file = one.file();
            if (file == null || one.answers().size() == one.known()) {
                continue;
            }
            var lines = new StringBuilder();
            new TreeMap<>(one.answers())
                    .forEach((question, answer) ->
                            lines.append(question).append('\t').append(answer).append('\n'));
            try {
                Files.createDirectories(cache);
                Path next = Files.createTempFile(cache, "new", ".txt");
                Files.writeString(next, lines);
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                return;
            }
        }
    }

    /// Tells one place of a package, and one build of Lockstep, from others.
    private String origin(String name) {
        long hash = String.valueOf(names.get(name)).hashCode();
        try {
            Path own =
                    Path.of(
                            SitePackages.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            hash = hash * 31 + Files.getLastModifiedTime(own).toMillis();
        } catch (IOException | URISyntaxException e) {
            hash = hash * 31;
        }
        return Long.toHexString(hash);
    }

    /// The version that is installed, as its metadata says; null when there is none.
    @Nullable String version(String name) {
        Path folder = names.get(name);
        if (folder == null) {
            return null;
        }
        var versions = new LinkedHashMap<Path, String>();
        try (DirectoryStream<Path> infos =
                Files.newDirectoryStream(folder, "*-*.{dist-info,egg-info}")) {
            for (Path info : infos) {
                String file = info.getFileName().toString();
                String plain = file.substring(0, file.lastIndexOf('.'));
                int dash = plain.indexOf('-');
                String version = plain.substring(dash + 1).replaceAll("[^A-Za-z0-9.+!_-]", "_");
                String distribution =
                        plain.substring(0, dash).toLowerCase(Locale.ROOT).replace('-', '_');
                if (distribution.equals(name.toLowerCase(Locale.ROOT))) {
                    return version;
                }
                versions.put(info, version);
            }
            for (var entry : versions.entrySet()) {
                if (brings(entry.getKey(), name)) {
                    return entry.getValue();
                }
            }
        } catch (IOException e) {
            return null;
        }
        return null;
    }

    private static boolean brings(Path info, String name) throws IOException {
        for (String list : List.of("top_level.txt", "RECORD")) {
            Path file = info.resolve(list);
            if (Files.isRegularFile(file)) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                return list.equals("RECORD")
                        ? ("\n" + text).contains("\n" + name + "/__init__.py,")
                        : text.lines().anyMatch(line -> line.strip().equals(name));
            }
        }
        return false;
    }
}
