package dev.lockstep.cli;

import dev.lockstep.event.Unreadable;
import dev.lockstep.record.Manifest;
import dev.lockstep.record.RunRecord;
import dev.lockstep.record.RunStore;
import dev.lockstep.report.Amounts;
import dev.lockstep.report.RunsList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where records are looked for, and how a command opens one.
final class RecordOptions {
    @Option(
            names = "--in",
            paramLabel = "DIR",
            description = "The project whose runs are meant; default: the folder you are in.")
    private @Nullable Path project;

    RunStore store(Surroundings surroundings) {
        return RunStore.of(project(surroundings));
    }

    /// Gives the folder whose runs are meant.
    Path project(Surroundings surroundings) {
        Path folder = surroundings.folder();
        return project == null ? folder : folder.resolve(project);
    }

    /// Opens a run or ends the command with what is wrong and where to look.
    RunRecord open(Surroundings surroundings, String run) throws IOException {
        try {
            return store(surroundings).open(surroundings.folder(), run);
        } catch (Unreadable e) {
            throw new CannotTell(String.valueOf(e.getMessage()));
        }
    }

    /// How a person names a record to the next command that they start in this folder: by its id
    /// when its project is theirs, else by its path.
    static String named(Path folder, RunRecord record) {
        Path path = folder.resolve(record.path()).normalize();
        if (!record.packed()
                && path.equals(RunStore.of(folder).runs().resolve(record.id()).normalize())) {
            return record.id();
        }
        Path shown = path.startsWith(folder) ? folder.relativize(path) : path;
        return Amounts.command(List.of(shown.toString()));
    }

    /// Ends the command when a run is still going on: what it will do is not known yet.
    static void ended(RunRecord record) throws IOException {
        if (record.inUse()) {
            throw new CannotTell(
                    "the run " + record.id() + " is still going on",
                    "wait for its end, or stop it; lockstep show "
                            + record.id()
                            + " says how far it is");
        }
    }

    /// Gives what a list shows of a record, problems included.
    static RunsList.Entry entry(RunRecord record) throws IOException {
        Manifest manifest = record.manifest();
        try {
            return new RunsList.Entry(record.id(), manifest, record.summary(), record.size(), null);
        } catch (Unreadable e) {
            return new RunsList.Entry(record.id(), manifest, null, record.size(), e.getMessage());
        }
    }
}
