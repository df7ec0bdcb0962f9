package dev.lockstep.cli;

import dev.lockstep.event.Unreadable;
import dev.lockstep.record.RunRecord;
import dev.lockstep.record.RunStore;
import dev.lockstep.report.RunsList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `lockstep runs`: the recorded runs of this folder.
@Command(
        name = "runs",
        mixinStandardHelpOptions = true,
        description = "List the recorded runs of this folder, the newest last.",
        footer = {"", "Examples:", "  lockstep runs", "  lockstep runs --json"})
final class RunsCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private RecordOptions records;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    RunsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        RunStore store = records.store(surroundings);
        List<RunsList.Entry> runs = new ArrayList<>();
        for (String id : store.ids()) {
            try (RunRecord record = RunRecord.open(store.runs().resolve(id))) {
                runs.add(RecordOptions.entry(record));
            } catch (Unreadable e) {
                runs.add(new RunsList.Entry(id, null, null, 0, e.getMessage()));
            }
        }
        surroundings.out().print(json ? RunsList.json(runs) : RunsList.text(runs));
        return 0;
    }
}
