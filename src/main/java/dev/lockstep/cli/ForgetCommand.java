package dev.lockstep.cli;

import dev.lockstep.event.Unreadable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lockstep forget RUN…`: removes recorded runs.
@Command(
        name = "forget",
        mixinStandardHelpOptions = true,
        description = "Remove recorded runs of this folder. At a terminal it asks first.",
        footer = {
            "",
            "A run that another command writes or reads stays. Nothing outside .lockstep/runs is touched.",
            "",
            "Example:",
            "  lockstep forget last"
        })
final class ForgetCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private RecordOptions records;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Parameters(
            paramLabel = "RUN",
            arity = "1..*",
            description = "An id, the beginning of one, a name, or `last`.")
    @SuppressWarnings("NullAway.Init")
    private List<String> runs;

    ForgetCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        var store = records.store(surroundings);
        var ids = new LinkedHashSet<String>();
        for (var run : runs) {
            try {
                var id = store.find(surroundings.folder(), run);
                if (id == null) {
                    throw new CannotTell(
                            run + " is no run of this folder, so it is not touched",
                            "remove it yourself, or name a run that `lockstep runs` lists");
                }
                ids.add(id);
            } catch (Unreadable e) {
                throw new CannotTell(String.valueOf(e.getMessage()));
            }
        }
        return new Removal(surroundings, store).remove(List.copyOf(ids), !yes);
    }
}
