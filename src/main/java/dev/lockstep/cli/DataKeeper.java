package dev.lockstep.cli;

import dev.lockstep.event.Event;
import dev.lockstep.process.LiveRun;
import dev.lockstep.record.DataFile;
import dev.lockstep.record.RunFolder;
import dev.lockstep.record.RunRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Notes, when a run has ended, what the data files held that it had opened, and keeps small ones.
///
/// A hash is taken only of a file that is as it was when it was opened: same length, same time.
final class DataKeeper {
    private static final long LARGEST_HASHED = 256L << 20;
    private static final long HASHED_IN_ALL = 1L << 30;

    /// The largest file that is kept when nobody says otherwise.
    static final long USUAL = 1 << 20;

    /// So many of the largest files are kept in all.
    private static final long FILES = 8;

    private final RunFolder folder;
    private final long largest;
    private long hashed;
    private long kept;

    private DataKeeper(RunFolder folder, long largest) {
        this.folder = folder;
        this.largest = largest;
    }

    /// Writes `data.json` and the small files into the run's folder.
    ///
    /// @param ending how the run ended, which says whether it read its standard input
    /// @param largest how large a file may be to be kept
    static void keep(
            ActiveRun run, LiveRun.Ending ending, Collection<Event.Open> opened, long largest) {
        var folder = run.folder();
        var keeper = new DataKeeper(folder, largest);
        var files = new TreeMap<String, DataFile>();
        var input = run.live().launch().input();
        if (input != null && ending.read() > 0) {
            files.put(DataFile.STANDARD_INPUT, keeper.input(input));
        }
        for (var open : opened) {
            if (!files.containsKey(open.path()) && open.bytes() != null) {
                files.put(open.path(), keeper.file(run.workspace().project(), open));
            }
        }
        try {
            folder.writeDataFiles(java.util.List.copyOf(files.values()));
        } catch (IOException e) {
            // A full disk: the record does without.
        }
    }

    /// What stood in the file that the run had as its standard input.
    private DataFile input(Path file) {
        long bytes = 0;
        try {
            bytes = Files.size(file);
            if (bytes > LARGEST_HASHED) {
                return new DataFile(DataFile.STANDARD_INPUT, bytes, null, null, false);
            }
            hashed += bytes;
            return content(new DataFile(DataFile.STANDARD_INPUT, bytes, null, null, false), file);
        } catch (IOException e) {
            return new DataFile(DataFile.STANDARD_INPUT, bytes, null, null, false);
        }
    }

    private DataFile file(Path project, Event.Open open) {
        var bytes = open.bytes() == null ? 0 : open.bytes();
        var then = new DataFile(open.path(), bytes, open.modified(), null, false);
        var now = stat(project, open.path());
        if (!then.equals(now) || bytes > LARGEST_HASHED || hashed + bytes > HASHED_IN_ALL) {
            return then;
        }
        hashed += bytes;
        var path = project.resolve(open.path());
        try {
            return open.path().startsWith("/")
                    ? new DataFile(open.path(), bytes, open.modified(), sha256(path), false)
                    : content(then, path);
        } catch (IOException e) {
            return then;
        }
    }

    /// The same with its hash, and kept when there is room.
    private DataFile content(DataFile then, Path path) throws IOException {
        if (then.bytes() > largest || kept + then.bytes() > FILES * largest) {
            return new DataFile(then.path(), then.bytes(), then.modified(), sha256(path), false);
        }
        var content = Files.readAllBytes(path);
        var hash = RunRecord.sha256(content);
        var target = folder.data().resolve(hash);
        if (!Files.exists(target)) {
            Files.createDirectories(folder.data());
            Files.write(target, content);
            kept += then.bytes();
        }
        return new DataFile(then.path(), then.bytes(), then.modified(), hash, true);
    }

    /// What the standard input is; with the length -1 when there is none.
    static DataFile inputNow(@Nullable Path file) {
        try {
            if (file != null) {
                long bytes = Files.size(file);
                return new DataFile(
                        DataFile.STANDARD_INPUT,
                        bytes,
                        null,
                        bytes > LARGEST_HASHED ? null : sha256(file),
                        false);
            }
        } catch (IOException e) {
            // As if there were none.
        }
        return new DataFile(DataFile.STANDARD_INPUT, -1, null, null, false);
    }

    /// A file as it is now, not hashed; null when it is not there.
    static @Nullable DataFile stat(Path project, String name) {
        try {
            var path = project.resolve(name);
            return Files.isRegularFile(path)
                    ? new DataFile(
                            name,
                            Files.size(path),
                            Files.getLastModifiedTime(path).to(TimeUnit.NANOSECONDS),
                            null,
                            false)
                    : null;
        } catch (IOException | InvalidPathException e) {
            return null;
        }
    }

    /// What a recorded file is now: with its hash when the record has one and the length is the
    /// same; with the length -1 when it is not there.
    static DataFile now(Path project, DataFile then) {
        var now = stat(project, then.path());
        if (now == null) {
            return new DataFile(then.path(), -1, null, null, false);
        }
        if (then.sha256() == null || now.bytes() != then.bytes()) {
            return now;
        }
        try {
            return new DataFile(
                    now.path(),
                    now.bytes(),
                    now.modified(),
                    sha256(project.resolve(now.path())),
                    false);
        } catch (IOException e) {
            return new DataFile(then.path(), -1, null, null, false);
        }
    }

    private static String sha256(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            var digest = MessageDigest.getInstance("SHA-256");
            var buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
