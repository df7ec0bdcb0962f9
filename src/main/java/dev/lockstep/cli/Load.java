package dev.lockstep.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Keeps every processor busy until it is closed.
final class Load implements AutoCloseable {
    private final List<Process> busy;

    private Load(List<Process> busy) {
        this.busy = busy;
    }

    /// Starts one busy process a processor; each ends by itself when Lockstep is gone, since its
    /// standard input closes.
    static Load begin(Path python) throws IOException {
        var busy = new ArrayList<Process>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            busy.add(
                    new ProcessBuilder(
                                    python.toString(),
                                    "-I",
                                    "-S",
                                    "-c",
                                    "import select, sys\nwhile not select.select([sys.stdin], [], [], 0)[0]:\n    sum(range(100000))")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start());
        }
        return new Load(busy);
    }

    boolean running() {
        return busy.stream().allMatch(Process::isAlive);
    }

    @Override
    public void close() {
        busy.forEach(Process::destroyForcibly);
    }
}
