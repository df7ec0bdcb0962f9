package dev.lockstep.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/// Copies a growing log to a stream, as far as it has grown.
final class LogTail implements AutoCloseable {
    private final RandomAccessFile file;
    private final PrintStream to;
    private final byte[] buffer = new byte[1 << 16];

    LogTail(Path log, PrintStream to) throws IOException {
        this.file = new RandomAccessFile(log.toFile(), "r");
        this.to = to;
    }

    /// Copies what is new; true when there was something.
    boolean copy() throws IOException {
        boolean some = false;
        for (int n; (n = file.read(buffer)) > 0; ) {
            to.write(buffer, 0, n);
            some = true;
        }
        if (some) {
            to.flush();
        }
        return some;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
