package dev.lockstep.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Keeps what is piped into Lockstep in a file, so that every run of the experiment reads the same.
///
/// An open pipe with nothing in it must not make Lockstep wait: when nothing has come within a
/// moment and the pipe is still open, the experiment gets an empty standard input.
public final class StandardInput {
    private static final long MOMENT = 250;

    private StandardInput() {}

    /// The file to read; null when there is no input.
    ///
    /// @param in Lockstep's own standard input
    /// @param descriptor the file the operating system shows for it, such as `/proc/self/fd/0`
    /// @param spool where to keep what comes through a pipe; its folder exists
    public static @Nullable Path keep(InputStream in, Path descriptor, Path spool)
            throws IOException, InterruptedException {
        if (Files.exists(descriptor)) {
            // A pipe has no path of its own, so attributes come first.
            if (Files.readAttributes(descriptor, BasicFileAttributes.class).isRegularFile()) {
                return descriptor.toRealPath();
            }
        }
        var count = new AtomicLong();
        var problem = new IOException[1];
        var reader =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            try (var out = Files.newOutputStream(spool)) {
                                var buffer = new byte[1 << 16];
                                for (int n; (n = in.read(buffer)) >= 0; ) {
                                    out.write(buffer, 0, n);
                                    count.addAndGet(n);
                                }
                            } catch (IOException e) {
                                problem[0] = e;
                            }
                        });
        // As long as something comes, wait for the rest.
        for (long seen = -1; reader.isAlive() && seen != count.get(); ) {
            seen = count.get();
            reader.join(seen == 0 ? MOMENT : 20 * MOMENT);
        }
        if (reader.isAlive()) {
            return count.get() == 0 ? null : spool;
        }
        if (problem[0] != null) {
            throw problem[0];
        }
        return count.get() == 0 ? null : spool;
    }
}
