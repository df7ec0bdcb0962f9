package dev.lockstep.cli;

import dev.lockstep.process.Workspace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A folder in `.lockstep/work` that one command owns: its mirrors and probing runs.
///
/// A lock on the file beside it says that the owner lives, whatever host or container it is in; the
/// operating system gives the lock back when the owner ends in whatever way, and the next command
/// then removes what was left.
final class Scratch implements AutoCloseable {
    private static final String LOCK = ".lock";

    private final Path folder;
    private final FileChannel channel;

    private Scratch(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /// Makes a folder and removes those whose owners are gone.
    ///
    /// @param work the folder `.lockstep/work`
    static Scratch open(Path work) throws IOException {
        Files.createDirectories(work);
        clean(work);
        for (int number = 0; ; number++) {
            var name = ProcessHandle.current().pid() + "-" + number;
            FileChannel channel;
            try {
                channel =
                        FileChannel.open(
                                work.resolve(name + LOCK),
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.WRITE);
            } catch (FileAlreadyExistsException e) {
                continue;
            }
            if (lock(channel) == null) {
                channel.close();
                continue;
            }
            return new Scratch(Files.createDirectories(work.resolve(name)), channel);
        }
    }

    private static void clean(Path work) throws IOException {
        try (var locks = Files.newDirectoryStream(work, "*" + LOCK)) {
            for (var file : locks) {
                try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    if (lock(channel) != null) {
                        var name = String.valueOf(file.getFileName());
                        Workspace.delete(
                                work.resolve(name.substring(0, name.length() - LOCK.length())));
                        Files.deleteIfExists(file);
                    }
                } catch (IOException e) {
                    // Another command removes it at the same time, or it is another user's.
                }
            }
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        Workspace.delete(folder);
        Files.deleteIfExists(folder.resolveSibling(folder.getFileName() + LOCK));
        channel.close();
    }
}
