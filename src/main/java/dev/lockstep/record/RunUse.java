package dev.lockstep.record;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Says that a run's folder is in use, to every command that could take it away.
///
/// The file `lock` in the folder is locked by the operating system: its first byte by the one
/// command that writes the run, its second by those that read it, both by one that removes it. The
/// locks go when their command ends in whatever way. A command that cannot lock reads and writes
/// all the same.
public final class RunUse implements Closeable {
    static final String FILE = "lock";

    /// The system knows the locks of a whole process, so this process keeps one channel a run.
    private static final Map<Path, Shared> HELD = new HashMap<>();

    private static final class Shared {
        final @Nullable FileChannel channel;
        final boolean writing;
        int users = 1;

        Shared(@Nullable FileChannel channel, boolean writing) {
            this.channel = channel;
            this.writing = writing;
        }
    }

    private final Path folder;
    private boolean closed;

    private RunUse(Path folder) {
        this.folder = folder;
    }

    /// Says that a run is read.
    public static RunUse reading(Path run) {
        return use(run, false);
    }

    /// Says that a run is written.
    public static RunUse writing(Path run) {
        return use(run, true);
    }

    private static RunUse use(Path run, boolean writing) {
        Path folder = run.toAbsolutePath().normalize();
        synchronized (HELD) {
            Shared held = HELD.get(folder);
            if (held != null) {
                held.users++;
            } else {
                HELD.put(folder, new Shared(locked(folder, writing), writing));
            }
        }
        return new RunUse(folder);
    }

    private static @Nullable FileChannel locked(Path folder, boolean writing) {
        FileChannel channel = null;
        try {
            Path file = folder.resolve(FILE);
            if (writing) {
                channel =
                        FileChannel.open(
                                file,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                LinkOption.NOFOLLOW_LINKS);
                channel.tryLock(0, 1, false);
            } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                channel =
                        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                channel.tryLock(1, 1, true);
            }
            return channel;
        } catch (IOException e) {
            // Another user's folder, or a file system without locks.
            return channel;
        }
    }

    /// Whether a command writes the run now.
    public static boolean written(Path run) throws IOException {
        Path folder = run.toAbsolutePath().normalize();
        synchronized (HELD) {
            Shared held = HELD.get(folder);
            if (held != null && held.writing) {
                return true;
            }
            Path file = folder.resolve(FILE);
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            // Closing any channel gives back all of this process's locks: use the one that is kept.
            FileChannel kept = held == null ? null : held.channel;
            FileChannel channel =
                    kept != null ? kept : FileChannel.open(file, StandardOpenOption.READ);
            try (FileLock lock = channel.tryLock(0, 1, true)) {
                return lock == null;
            } finally {
                if (kept == null) {
                    channel.close();
                }
            }
        }
    }

    /// Takes a run for oneself alone, to remove it.
    ///
    /// @return null when a command uses it
    static @Nullable RunUse alone(Path run) throws IOException {
        Path folder = run.toAbsolutePath().normalize();
        synchronized (HELD) {
            if (HELD.containsKey(folder)) {
                return null;
            }
            FileChannel channel =
                    FileChannel.open(
                            folder.resolve(FILE),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS);
            if (channel.tryLock() == null) {
                channel.close();
                return null;
            }
            HELD.put(folder, new Shared(channel, true));
            return new RunUse(folder);
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (HELD) {
            if (closed) {
                return;
            }
            closed = true;
            Shared held = HELD.get(folder);
            if (held != null && --held.users == 0) {
                HELD.remove(folder);
                if (held.channel != null) {
                    held.channel.close();
                }
            }
        }
    }
}
