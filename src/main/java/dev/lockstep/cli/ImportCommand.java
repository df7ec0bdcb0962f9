package dev.lockstep.cli;

import dev.lockstep.event.Unreadable;
import dev.lockstep.record.RunRecord;
import dev.lockstep.record.RunStore;
import dev.lockstep.report.Amounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `lockstep import FILE`: unpacks a run that somebody exported.
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Unpack an exported run among the runs of this folder. Nothing in it is run.",
        footer = {"", "Example:", "  lockstep import paper.lockstep"})
final class ImportCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private RecordOptions records;

    @Parameters(paramLabel = "FILE", description = "A file that `lockstep export` wrote.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    ImportCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        var store = records.store(surroundings);
        try (var packed = RunRecord.open(surroundings.folder().resolve(file))) {
            if (!packed.packed()) {
                throw new CannotTell(
                        file + " is the folder of a run, not a packed run",
                        "every command takes the folder as it is: lockstep show " + file);
            }
            Session.home(records.project(surroundings));
            return unpack(store, packed);
        } catch (Unreadable e) {
            throw new CannotTell(String.valueOf(e.getMessage()));
        }
    }

    private int unpack(RunStore store, RunRecord packed) throws IOException {
        var out = surroundings.out();
        try {
            var id = store.add(packed).id();
            var name = packed.manifest().name();
            out.println(
                    "imported as " + id + (name == null ? "" : ", named " + Amounts.plain(name)));
            out.println("next:  lockstep show " + id + "      lockstep rerun " + id);
            return 0;
        } catch (Unreadable e) {
            throw e;
        } catch (IOException e) {
            throw Session.unwritable(store.runs(), e);
        }
    }
}
