package dev.lockstep.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A started run: watch its folder grow, wait for it, or end it.
///
/// The supervisor between us and the experiment holds a pipe to us; when Lockstep ends in whatever
/// way, the pipe closes and the supervisor ends everything that belongs to the run.
public final class LiveRun implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final Launch launch;
    private final Process supervisor;
    private boolean stopped;

    LiveRun(Launch launch, Process supervisor) {
        this.launch = launch;
        this.supervisor = supervisor;
    }

    /// How a run ended.
    ///
    /// @param status the experiment's exit status, 128 + n for signal n; null when it was ended
    ///   before it had one
    /// @param signal the signal that ended it; null when it ended by itself
    /// @param stopped Lockstep ended it
    /// @param left processes that were still there after the experiment had ended, now ended too
    /// @param read how many bytes of its standard input were read
    public record Ending(
            @Nullable Integer status,
            @Nullable Integer signal,
            boolean stopped,
            int left,
            long read) {}

    public Launch launch() {
        return launch;
    }

    /// The run folder.
    public Path folder() {
        return launch.run();
    }

    public boolean alive() {
        return supervisor.isAlive();
    }

    /// Waits at most so long; true when the run has ended.
    public boolean await(long milliseconds) throws InterruptedException {
        return supervisor.waitFor(milliseconds, TimeUnit.MILLISECONDS);
    }

    /// Asks the supervisor to end everything; returns at once.
    public void stop() {
        stopped = true;
        try {
            supervisor.getOutputStream().write("stop\n".getBytes(StandardCharsets.US_ASCII));
            supervisor.getOutputStream().close();
        } catch (IOException e) {
            // The supervisor is gone already, and its run with it.
        }
    }

    /// How it ended; waits until it has.
    public Ending ending() throws InterruptedException {
        supervisor.waitFor();
        var file = folder().resolve("exit.json");
        if (Files.exists(file)) {
            try {
                var json = JSON.readTree(Files.readAllBytes(file));
                var status = json.get("status");
                var signal = json.get("signal");
                return new Ending(
                        status == null || status.isNull() ? null : status.asInt(),
                        signal == null || signal.isNull() ? null : signal.asInt(),
                        stopped || json.path("stopped").asBoolean(false),
                        json.path("left").asInt(0),
                        json.path("read").asLong(0));
            } catch (IOException | JacksonException e) {
                // A full disk, for example: the supervisor's own status says the same.
            }
        }
        int status = supervisor.exitValue();
        return new Ending(
                status, status > 128 && status < 160 ? status - 128 : null, stopped, 0, 0);
    }

    /// Ends the run when it has not ended and waits for that.
    @Override
    public void close() {
        if (supervisor.isAlive()) {
            stop();
            try {
                if (!supervisor.waitFor(5, TimeUnit.SECONDS)) {
                    supervisor.descendants().forEach(ProcessHandle::destroyForcibly);
                    supervisor.destroyForcibly();
                }
            } catch (InterruptedException e) {
                supervisor.descendants().forEach(ProcessHandle::destroyForcibly);
                supervisor.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
