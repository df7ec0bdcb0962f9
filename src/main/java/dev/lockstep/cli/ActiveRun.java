package dev.lockstep.cli;

import dev.lockstep.event.RunSource;
import dev.lockstep.event.StreamFolder;
import dev.lockstep.process.LiveRun;
import dev.lockstep.process.Workspace;
import dev.lockstep.record.Manifest;
import dev.lockstep.record.RunFolder;
import dev.lockstep.record.RunUse;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One run that was started: its folder, its mirror, its processes, and its record to be closed.
final class ActiveRun implements AutoCloseable {
    private final RunFolder folder;
    private final Workspace workspace;
    private final LiveRun live;
    private final StreamFolder source;
    private final RunUse use;
    private Manifest manifest;
    private LiveRun.@Nullable Ending ending;

    ActiveRun(RunFolder folder, Workspace workspace, LiveRun live, Manifest manifest) {
        this.folder = folder;
        this.workspace = workspace;
        this.live = live;
        this.manifest = manifest;
        this.use = RunUse.writing(folder.path());
        this.source = new StreamFolder(folder.streams(), () -> !live.alive(), this::exitStatus);
    }

    RunFolder folder() {
        return folder;
    }

    Workspace workspace() {
        return workspace;
    }

    LiveRun live() {
        return live;
    }

    /// Its events, as they come.
    RunSource source() {
        return source;
    }

    /// The exit status, negative for a signal; null while it runs.
    @Nullable Integer exitStatus() {
        if (live.alive()) {
            return null;
        }
        try {
            var how = live.ending();
            return how.signal() != null ? Integer.valueOf(-how.signal()) : how.status();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /// Waits for the end and writes it into the record. Later calls give the same.
    ///
    /// @param stopped why Lockstep ended it: `limit`, `divergence`, `interrupted`; null when the
    ///   experiment ended by itself
    LiveRun.Ending finish(@Nullable String stopped) throws InterruptedException {
        var known = ending;
        if (known != null) {
            return known;
        }
        var how = live.ending();
        ending = how;
        try {
            manifest =
                    manifest.withEnd(
                            Instant.now(),
                            how.signal() != null ? Integer.valueOf(-how.signal()) : how.status(),
                            stopped);
            folder.write(manifest);
        } catch (IOException e) {
            // The disk is full, for example: the record is readable without its end and says so.
        }
        return how;
    }

    /// Whether Lockstep ended it.
    boolean stopped() {
        var how = ending;
        return how != null && how.stopped();
    }

    /// Gives the record a name and a note.
    void name(@Nullable String name, @Nullable String note) throws IOException {
        manifest = manifest.withName(name, note);
        folder.write(manifest);
    }

    /// Notes what its streams hold, so that no list of runs has to read a long one again.
    void summarise() {
        try (var record = folder.read()) {
            manifest = manifest.withSummary(record.summary());
            folder.write(manifest);
        } catch (IOException e) {
            // Whoever reads the run is told why it cannot be counted.
        }
    }

    /// Notes what a comparison of this run said.
    void compared(Manifest.LastComparison comparison) {
        try {
            manifest = manifest.withLastComparison(comparison);
            folder.write(manifest);
        } catch (IOException e) {
            // As above.
        }
    }

    /// Ends what still runs and removes the mirror.
    @Override
    public void close() {
        live.close();
        try {
            source.close();
            Workspace.delete(folder.path().resolve("scratch"));
            use.close();
        } catch (IOException e) {
            // Nothing depends on it.
        }
        try {
            workspace.close();
        } catch (IOException e) {
            // The next prune removes it.
        }
    }

    /// Ends it and removes its folder too.
    void discard() {
        close();
        try {
            Workspace.delete(folder.path());
        } catch (IOException e) {
            // The next prune removes it.
        }
    }
}
