package dev.lockstep.record;

import dev.lockstep.event.Unreadable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The runs of one project: makes a folder for a new run, lists runs, and finds the one that a
/// person means.
///
/// @param runs the folder `.lockstep/runs`; need not exist yet
public record RunStore(Path runs) {
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    /// Letters, marks and digits of every script; nothing that a shell, a path or a terminal minds.
    private static final String WORD = "\\p{L}\\p{M}\\p{N}_-";

    private static final Pattern ID = Pattern.compile("[0-9]{8}-[0-9]{6}-[" + WORD + "]{1,60}");

    /// Gives the store of the project in this folder.
    public static RunStore of(Path project) {
        return new RunStore(project.resolve(".lockstep").resolve("runs"));
    }

    /// Makes the folder of a new run. Its id sorts by time and names the script:
    /// `20261123-044107-train`, with a number behind when that is taken.
    public RunFolder create(Instant started, List<String> command) throws IOException {
        return fresh(id(started, command));
    }

    private RunFolder fresh(String base) throws IOException {
        Files.createDirectories(runs);
        for (int number = 1; ; number++) {
            RunFolder folder =
                    new RunFolder(runs.resolve(number == 1 ? base : base + "-" + number));
            try {
                Files.createDirectory(folder.path());
            } catch (FileAlreadyExistsException e) {
                continue;
            }
            folder.create();
            return folder;
        }
    }

    private static String id(Instant started, List<String> command) {
        return ID_TIME.format(started) + "-" + word(command);
    }

    /// Gives the id that a run would have had when it was made.
    static String id(Manifest manifest) {
        String id = id(manifest.started(), manifest.command());
        return isId(id) ? id : "00000000-000000-run";
    }

    static boolean isId(String name) {
        return ID.matcher(name).matches();
    }

    /// Unpacks a run into a folder of its own; it keeps its id when that is free.
    ///
    /// @throws Unreadable when the file is damaged or would do more than be unpacked
    public RunFolder add(RunRecord packed) throws IOException {
        Path root = packed.root();
        String name = String.valueOf(root.getFileName()).replace("/", "");
        List<Path> files;
        try (Stream<Path> walk = Files.walk(root)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        RunFolder folder = fresh(isId(name) ? name : id(packed.manifest()));
        try {
            Path manifest = root.resolve("manifest.json");
            for (Path file : files) {
                if (!file.equals(manifest)) {
                    unpack(root, file, folder.path());
                }
            }
            // With it the run begins to exist.
            unpack(root, manifest, folder.path());
            return folder;
        } catch (IOException | RuntimeException e) {
            delete(folder.path());
            throw e;
        }
    }

    private static void unpack(Path root, Path file, Path folder) throws IOException {
        String name = root.relativize(file).toString();
        if (Content.of(name) == null) {
            return;
        }
        Path target = folder.resolve(name).normalize();
        if (!target.startsWith(folder)) {
            throw Unreadable.unsafe(file.toString(), "it leads out of the run's folder");
        }
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
    }

    /// Removes a run with everything in its folder.
    ///
    /// @return false when some command uses it; nothing is removed then
    public boolean remove(String id) throws IOException {
        Path folder = runs.resolve(id);
        if (Files.isSymbolicLink(folder)) {
            throw new IOException("it is a link to another folder");
        }
        if (!ids().contains(id)) {
            throw Unreadable.absent("run's folder", folder.toString());
        }
        try (RunUse use = RunUse.alone(folder)) {
            if (use == null) {
                return false;
            }
            delete(folder);
            return true;
        }
    }

    /// Links are removed, not followed. The manifest goes last: what is interrupted can be
    /// repeated.
    private static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = new ArrayList<>(walk.toList().reversed());
        }
        Path manifest = folder.resolve("manifest.json");
        for (Path file : files) {
            if (!file.equals(manifest) && !file.equals(folder)) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(manifest);
        Files.deleteIfExists(folder);
    }

    /// The script's or module's name, reduced to letters, digits, `_` and `-`.
    private static String word(List<String> command) {
        String script = "run";
        for (int i = 0; i < command.size(); i++) {
            String argument = command.get(i);
            if (argument.equals("-m") && i + 1 < command.size()) {
                script = command.get(i + 1);
                break;
            }
            if (argument.endsWith(".py") || argument.endsWith(".ipynb")) {
                script = argument.substring(0, argument.lastIndexOf('.'));
                break;
            }
        }
        String last =
                script.substring(Math.max(script.lastIndexOf('/'), script.lastIndexOf('\\')) + 1);
        String word = last.replaceAll("[^" + WORD + "]+", "-").replaceAll("^[-\\p{M}]+|-+$", "");
        int letters = word.codePointCount(0, word.length());
        return word.isEmpty()
                ? "run"
                : word.substring(0, word.offsetByCodePoints(0, Math.min(letters, 40)));
    }

    /// Gives the ids of all runs, the oldest first.
    public List<String> ids() throws IOException {
        List<String> ids = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(runs)) {
            for (Path folder : folders) {
                if (Files.exists(folder.resolve("manifest.json"))) {
                    ids.add(String.valueOf(folder.getFileName()));
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        ids.sort(null);
        return List.copyOf(ids);
    }

    /// Gives the id of the run in this store that a person means; null when they mean another
    /// place.
    ///
    /// @throws Unreadable when there is none, or several
    public @Nullable String find(Path folder, String run) throws IOException {
        List<String> ids = ids();
        if (run.equals("last")) {
            if (ids.isEmpty()) {
                throw Unreadable.absent("run", runs + "; record one with `lockstep run SCRIPT.py`");
            }
            return ids.getLast();
        }
        if (ids.contains(run)) {
            return run;
        }
        String named = named(ids, run);
        if (named != null) {
            return named;
        }
        Path path = path(folder, run);
        if (path != null && Files.exists(path)) {
            Path whole = path.toAbsolutePath().normalize();
            String id = String.valueOf(whole.getFileName());
            return runs.toAbsolutePath().normalize().equals(whole.getParent()) && ids.contains(id)
                    ? id
                    : null;
        }
        List<String> begun =
                run.isEmpty() ? List.of() : ids.stream().filter(id -> id.startsWith(run)).toList();
        if (begun.size() == 1) {
            return begun.getFirst();
        }
        if (begun.size() > 1) {
            throw Unreadable.absent(
                    "single run",
                    run
                            + ": it begins "
                            + begun.size()
                            + " ids, "
                            + String.join(", ", begun.subList(0, Math.min(3, begun.size())))
                            + (begun.size() > 3 ? ", …" : "")
                            + "; give more of the id");
        }
        throw Unreadable.absent("run", run + "; see `lockstep runs`");
    }

    /// Opens the run that a person means by `run`: `last`, an id, a name that was given to a run
    /// (the newest of that name), a path to a run's folder or packed file, or the beginning of one
    /// id alone.
    ///
    /// @throws Unreadable when there is none, or its record cannot be read
    public RunRecord open(String run) throws IOException {
        return open(Path.of(""), run);
    }

    /// The same with the folder that a relative path starts from.
    public RunRecord open(Path folder, String run) throws IOException {
        String id = find(folder, run);
        return RunRecord.open(id == null ? folder.resolve(run) : runs.resolve(id));
    }

    private static @Nullable Path path(Path folder, String run) {
        try {
            return folder.resolve(run);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private @Nullable String named(List<String> ids, String name) throws IOException {
        for (String id : ids.reversed()) {
            try (RunRecord record = RunRecord.open(runs.resolve(id))) {
                if (name.equals(record.manifest().name())) {
                    return id;
                }
            } catch (Unreadable e) {
                // A record that cannot be read has no name; `runs` shows why.
                continue;
            }
        }
        return null;
    }
}
