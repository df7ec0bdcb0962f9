package dev.lockstep.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs a short helper program and gives what it printed.
final class Tool {
    private Tool() {}

    /// @param status exit status, or -1 when it did not end in time or could not be started
    record Answer(int status, String output) {}

    /// Standard input is closed, standard error goes to the answer too.
    static Answer ask(
            Duration limit, Map<String, String> environment, Path folder, List<String> command) {
        try {
            var builder =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .directory(folder.toFile());
            builder.environment().putAll(environment);
            var process = builder.start();
            try {
                process.getOutputStream().close();
                var output = new StringBuilder();
                var reader =
                        Thread.ofVirtual()
                                .start(() -> {
                                    try (var in = process.inputReader(StandardCharsets.UTF_8)) {
                                        for (int c;
                                                (c = in.read()) >= 0
                                                        && output.length() < 1 << 20; ) {
                                            output.append((char) c);
                                        }
                                    } catch (IOException e) {
                                        // The process has ended; what came so far is the answer.
                                    }
                                });
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    return new Answer(-1, "no answer within " + limit.toSeconds() + " s");
                }
                reader.join(Duration.ofSeconds(2));
                return new Answer(process.exitValue(), output.toString());
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return new Answer(-1, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(-1, "interrupted");
        }
    }
}
