package dev.lockstep.process;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// A scratch mirror of the user's folder in which one run happens.
///
/// Both runs of a pair start from the same files, never see each other's output, and leave the
/// user's folder as it was. The mirror holds the whole chain of ancestor folders, so `../data`
/// works: folders of the project are real folders, source files and small files are copies, every
/// other file is a symbolic link to the user's own (the agent replaces a link by a private copy
/// before a write), and beside the chain each ancestor's other entries are links. Entries are made
/// in the order in which the original folder lists them.
public final class Workspace implements AutoCloseable {
    /// More entries than this are not mirrored one by one; folders beyond are links.
    static final int ENTRIES = 50_000;

    /// An ancestor folder with more entries than this gets links for none of them.
    static final int ANCESTOR_ENTRIES = 5_000;

    /// After so many entries a watcher is told.
    private static final int TOLD_EVERY = 100;

    static final long SMALL_FILE = 1 << 20;
    static final long COPIED_BYTES = 64L << 20;

    private static final Set<String> ABSENT = Set.of(".lockstep", "__pycache__");
    private static final Set<String> LINKED =
            Set.of(
                    ".git",
                    ".hg",
                    ".svn",
                    ".venv",
                    "venv",
                    "node_modules",
                    "site-packages",
                    ".tox",
                    ".mypy_cache");
    private static final Set<String> SOURCE =
            Set.of(
                    "py", "pyi", "json", "yaml", "yml", "toml", "txt", "cfg", "ini", "ipynb", "sh",
                    "csv", "tsv");

    private final @Nullable Path root;
    private final Path project;
    private final Path folder;
    private final List<Path> real;
    private final List<String> notes;
    private final boolean lent;

    private Workspace(
            @Nullable Path root,
            Path project,
            Path folder,
            List<Path> real,
            List<String> notes,
            boolean lent) {
        this.lent = lent;
        this.root = root;
        this.project = project;
        this.folder = folder;
        this.real = List.copyOf(real);
        this.notes = List.copyOf(notes);
    }

    /// The user's own folder, with no mirror: what a run writes stays.
    public static Workspace inPlace(Path project, Path folder) {
        return new Workspace(null, project, folder, List.of(), List.of(), false);
    }

    /// Makes a mirror.
    ///
    /// @param root the folder to make it in; it must not exist
    /// @param project the user's project; absolute and normalised
    /// @param folder where the command was started, normally inside the project
    /// @param further more folders that hold code of the experiment, such as the script's own
    /// @param overlay what other content some files shall have, by their path relative to the
    ///   project
    public static Workspace mirror(
            Path root, Path project, Path folder, List<Path> further, Map<String, byte[]> overlay)
            throws IOException {
        return mirror(root, project, folder, further, overlay, _ -> {});
    }

    /// Makes a mirror and tells how far it is.
    ///
    /// @param watcher gets the number of entries made so far, now and then
    public static Workspace mirror(
            Path root,
            Path project,
            Path folder,
            List<Path> further,
            Map<String, byte[]> overlay,
            IntConsumer watcher)
            throws IOException {
        var builder = new Mirror(root, watcher);
        var real = new LinkedHashSet<Path>();
        real.add(project);
        if (!folder.startsWith(project)) {
            real.add(folder);
        }
        for (var other : further) {
            if (real.stream().noneMatch(other::startsWith)) {
                real.add(other);
            }
        }
        // A folder inside another real one is part of it.
        real.removeIf(
                one -> real.stream().anyMatch(two -> !one.equals(two) && one.startsWith(two)));
        try {
            Files.createDirectories(root);
            builder.ancestors(real);
            for (var one : real) {
                builder.folders(one);
            }
            var workspace =
                    new Workspace(root, project, folder, List.copyOf(real), builder.notes, false);
            workspace.put(overlay);
            return workspace;
        } catch (IOException | RuntimeException e) {
            delete(root);
            throw e;
        }
    }

    private void put(Map<String, byte[]> overlay) throws IOException {
        for (var entry : new LinkedHashMap<>(overlay).entrySet()) {
            var path = own(entry.getKey());
            Files.deleteIfExists(path);
            Files.write(path, entry.getValue());
        }
    }

    /// Takes files out of the mirror, by their path relative to the project.
    public void remove(Iterable<String> files) throws IOException {
        for (var file : files) {
            Files.deleteIfExists(own(file));
        }
    }

    /// Where the mirror has, or may get, a file of its own. A folder on the way that is a link to
    /// the user's becomes one of the mirror's own first.
    private Path own(String file) throws IOException {
        var path = mapped(project.resolve(file).normalize());
        if (root == null || !path.startsWith(root)) {
            throw new IOException(
                    "only a file of the project can have another content, not " + file);
        }
        Path at = root;
        for (var name : root.relativize(parent(path))) {
            at = at.resolve(name.toString());
            if (Files.isSymbolicLink(at)) {
                spread(at);
            } else if (!Files.exists(at)) {
                Files.createDirectory(at);
            }
        }
        if (!at.toRealPath().startsWith(root.toRealPath())) {
            throw new IOException(file + " lies in a folder that is shared with the user's");
        }
        return path;
    }

    /// The same mirror for a further run, which leaves it as it is when it closes.
    public Workspace lent() {
        return new Workspace(root, project, folder, real, notes, true);
    }

    /// Puts a folder of the mirror's own, with a link to each entry, in the place of a link to a
    /// folder of the user's.
    private void spread(Path link) throws IOException {
        var shared = link.toRealPath();
        if (root == null || shared.startsWith(root.toRealPath())) {
            return;
        }
        var names = Mirror.names(shared, ANCESTOR_ENTRIES);
        if (names.isEmpty()) {
            throw new IOException(shared + " is empty, unreadable or has too many entries");
        }
        Files.delete(link);
        Files.createDirectory(link);
        for (var name : names) {
            Files.createSymbolicLink(link.resolve(name), shared.resolve(name));
        }
    }

    /// The run's copy of the project; the user's own one when there is no mirror.
    public Path project() {
        return mapped(project);
    }

    /// The user's own project.
    public Path origin() {
        return project;
    }

    /// Where the experiment is started.
    public Path folder() {
        return mapped(folder);
    }

    /// True when runs in it cannot touch the user's files.
    public boolean mirrored() {
        return root != null;
    }

    /// What could not be mirrored, a sentence each.
    public List<String> notes() {
        return notes;
    }

    /// The run's copy of a path of the user; the path itself when it is not in a mirrored folder.
    public Path mapped(Path path) {
        if (root == null || real.stream().noneMatch(path::startsWith)) {
            return path;
        }
        return Mirror.in(root, path);
    }

    /// An argument of the experiment with an absolute path of a mirrored folder in it led to the
    /// mirror; `--data=/path` too.
    public String argument(String argument) {
        if (root == null) {
            return argument;
        }
        int from = argument.startsWith("-") ? argument.indexOf('=') + 1 : 0;
        var value = argument.substring(from);
        if (!value.startsWith("/") || value.length() < 2 || value.indexOf('\0') >= 0) {
            return argument;
        }
        var path = Path.of(value).normalize();
        var mapped = mapped(path);
        return mapped.equals(path) ? argument : argument.substring(0, from) + mapped;
    }

    /// Deletes the mirror; never follows a link out of it.
    @Override
    public void close() throws IOException {
        if (root != null && !lent) {
            delete(root);
        }
    }

    /// Deletes a folder with all that is in it, and no more: links are removed, not followed.
    public static void delete(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e)
                            throws IOException {
                        if (e instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        // A folder that the experiment made unreadable is still ours to remove.
                        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                            Files.setPosixFilePermissions(
                                    file, PosixFilePermissions.fromString("rwx------"));
                            delete(file);
                            return FileVisitResult.CONTINUE;
                        }
                        throw e;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
                            throws IOException {
                        if (e != null) {
                            throw e;
                        }
                        Files.deleteIfExists(folder);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static Path parent(Path path) {
        var parent = path.getParent();
        return parent == null ? path : parent;
    }

    /// Makes the entries of one mirror.
    private static final class Mirror {
        private final Path root;
        private final IntConsumer watcher;
        private final List<String> notes = new ArrayList<>();
        private int entries;
        private long copied;

        Mirror(Path root, IntConsumer watcher) {
            this.root = root;
            this.watcher = watcher;
        }

        static Path in(Path root, Path path) {
            Path inside = root;
            for (var name : path) {
                inside = inside.resolve(name.toString());
            }
            return inside;
        }

        /// The folders on the way to each real folder, with links beside the way.
        void ancestors(Set<Path> real) throws IOException {
            // By ancestor, the names that lead on to a real folder.
            var onTheWay = new LinkedHashMap<Path, Set<String>>();
            for (var one : real) {
                for (Path at = one; at.getParent() != null; at = at.getParent()) {
                    onTheWay.computeIfAbsent(at.getParent(), p -> new LinkedHashSet<>())
                            .add(String.valueOf(at.getFileName()));
                }
            }
            var outermostFirst =
                    onTheWay.entrySet().stream()
                            .sorted((one, two) ->
                                    one.getKey().getNameCount() - two.getKey().getNameCount())
                            .toList();
            for (var entry : outermostFirst) {
                var ancestor = entry.getKey();
                var copy = in(root, ancestor);
                Files.createDirectories(copy);
                for (var name : names(ancestor, ANCESTOR_ENTRIES)) {
                    if (!entry.getValue().contains(name)
                            && !root.startsWith(ancestor.resolve(name))) {
                        Files.createSymbolicLink(copy.resolve(name), ancestor.resolve(name));
                    }
                }
            }
        }

        void folders(Path top) throws IOException {
            var todo = new ArrayDeque<Path>();
            todo.add(top);
            Files.createDirectories(in(root, top));
            while (!todo.isEmpty()) {
                var folder = todo.remove();
                var copy = in(root, folder);
                for (var name : names(folder, Integer.MAX_VALUE)) {
                    if (ABSENT.contains(name)) {
                        continue;
                    }
                    var original = folder.resolve(name);
                    var target = copy.resolve(name);
                    if (original.equals(root)
                            || root.startsWith(original) && original.equals(parent(root))) {
                        continue;
                    }
                    if (add(original, target, name)) {
                        todo.add(original);
                    }
                }
            }
        }

        /// Adds one entry; true when it is a folder whose own entries shall follow.
        private boolean add(Path original, Path target, String name) throws IOException {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                return Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS);
            }
            BasicFileAttributes attributes;
            try {
                attributes =
                        Files.readAttributes(
                                original, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            } catch (NoSuchFileException e) {
                return false;
            }
            entries++;
            if (entries % TOLD_EVERY == 0) {
                watcher.accept(entries);
            }
            if (attributes.isDirectory()) {
                boolean environment = Files.exists(original.resolve("pyvenv.cfg"));
                if (LINKED.contains(name) || environment || !Files.isReadable(original)) {
                    Files.createSymbolicLink(target, original);
                    return false;
                }
                if (entries > ENTRIES) {
                    Files.createSymbolicLink(target, original);
                    if (notes.isEmpty()) {
                        notes.add(
                                "the folder holds more than "
                                        + ENTRIES
                                        + " entries: "
                                        + original.getFileName()
                                        + " and others are shared by both runs and not mirrored; what the script"
                                        + " writes there both runs see");
                    }
                    return false;
                }
                Files.createDirectory(target);
                return true;
            }
            if (attributes.isSymbolicLink()) {
                link(original, target);
            } else if (attributes.isRegularFile() && copies(name, attributes.size())) {
                try {
                    Files.copy(original, target, StandardCopyOption.COPY_ATTRIBUTES);
                    copied += attributes.size();
                } catch (java.nio.file.AccessDeniedException e) {
                    Files.createSymbolicLink(target, original);
                }
            } else {
                Files.createSymbolicLink(target, original);
            }
            return false;
        }

        private boolean copies(String name, long size) {
            if (size > SMALL_FILE) {
                return false;
            }
            var ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
            return ending.equals("py")
                    || (SOURCE.contains(ending) || size < 64 << 10)
                            && copied + size <= COPIED_BYTES;
        }

        /// A link of the user's stays what it is when it leads to a place inside the mirror, and is
        /// made absolute when it leads out.
        private void link(Path original, Path target) throws IOException {
            var leads = Files.readSymbolicLink(original);
            Files.createSymbolicLink(target, leads.isAbsolute() ? original : leads);
        }

        private static List<String> names(Path folder, int most) throws IOException {
            var names = new ArrayList<String>();
            try (var stream = Files.newDirectoryStream(folder)) {
                for (var entry : stream) {
                    names.add(String.valueOf(entry.getFileName()));
                    if (names.size() > most) {
                        return List.of();
                    }
                }
            } catch (java.nio.file.AccessDeniedException | NoSuchFileException e) {
                return List.of();
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            return names;
        }
    }
}
