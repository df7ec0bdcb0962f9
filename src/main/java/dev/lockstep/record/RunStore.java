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
import org.jspecify.annotations.Nullable;

/// The runs of one project: makes a folder for a new run, lists runs, and finds the one that a
/// person means.
///
/// @param runs the folder `.lockstep/runs`; need not exist yet
public record RunStore(Path runs) {
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    /// Gives the store of the project in this folder.
    public static RunStore of(Path project) {
        return new RunStore(project.resolve(".lockstep").resolve("runs"));
    }

    /// Makes the folder of a new run. Its id sorts by time and names the script:
    /// `20261123-044107-train`, with a number behind when that is taken.
    public RunFolder create(Instant started, List<String> command) throws IOException {
        Files.createDirectories(runs);
        String base = ID_TIME.format(started) + "-" + word(command);
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

    /// The script's or module's name, reduced to letters, digits, `_` and `-`.
    private static String word(List<String> command) {
        String script = "run";
        for (int i = 0; i < command.size(); i++) {
            String argument = command.get(i);
            if (argument.equals("-m") && i + 1 < command.size()) {
                script = command.get(i + 1);
                break;
            }
            if (argument.endsWith(".py")) {
                script = argument.substring(0, argument.length() - 3);
                break;
            }
        }
        String last =
                script.substring(Math.max(script.lastIndexOf('/'), script.lastIndexOf('\\')) + 1);
        String word = last.replaceAll("[^A-Za-z0-9_-]+", "-").replaceAll("^-+|-+$", "");
        return word.isEmpty() ? "run" : word.substring(0, Math.min(word.length(), 40));
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
        List<String> ids = ids();
        if (run.equals("last")) {
            if (ids.isEmpty()) {
                throw Unreadable.absent("run", runs + "; record one with `lockstep run SCRIPT.py`");
            }
            return RunRecord.open(runs.resolve(ids.getLast()));
        }
        if (ids.contains(run)) {
            return RunRecord.open(runs.resolve(run));
        }
        String named = named(ids, run);
        if (named != null) {
            return RunRecord.open(runs.resolve(named));
        }
        Path path = path(folder, run);
        if (path != null && Files.exists(path)) {
            return RunRecord.open(path);
        }
        List<String> begun =
                run.isEmpty() ? List.of() : ids.stream().filter(id -> id.startsWith(run)).toList();
        if (begun.size() == 1) {
            return RunRecord.open(runs.resolve(begun.getFirst()));
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
