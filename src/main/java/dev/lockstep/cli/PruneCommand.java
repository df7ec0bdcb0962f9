package dev.lockstep.cli;

import dev.lockstep.event.Unreadable;
import dev.lockstep.record.RunRecord;
import dev.lockstep.record.RunStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `lockstep prune --keep N`: removes all but the newest runs.
@Command(
        name = "prune",
        mixinStandardHelpOptions = true,
        description =
                "Remove all recorded runs of this folder but the newest. At a terminal it asks first.",
        footer = {
            "",
            "A run with a name stays, and so does one that another command writes or reads; `lockstep forget`",
            "removes a named one. Nothing outside .lockstep/runs is touched.",
            "",
            "Example:",
            "  lockstep prune --keep 10"
        })
final class PruneCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private RecordOptions records;

    @Option(
            names = "--keep",
            paramLabel = "N",
            required = true,
            description = "How many of the newest runs without a name stay.")
    private int keep;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    PruneCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        if (keep < 0) {
            throw new CannotTell("--keep " + keep + ": give a number of runs, 0 or more");
        }
        var store = records.store(surroundings);
        var nameless = new ArrayList<String>();
        for (var id : store.ids()) {
            if (!named(store, id)) {
                nameless.add(id);
            }
        }
        var old = nameless.subList(0, Math.max(0, nameless.size() - keep));
        if (old.isEmpty()) {
            surroundings.out().println("nothing to remove: " + store.ids().size() + " runs stay");
            return 0;
        }
        return new Removal(surroundings, store).remove(List.copyOf(old), !yes);
    }

    private static boolean named(RunStore store, String id) throws IOException {
        try (var record = RunRecord.open(store.runs().resolve(id))) {
            return record.manifest().name() != null;
        } catch (Unreadable e) {
            return false;
        }
    }
}
