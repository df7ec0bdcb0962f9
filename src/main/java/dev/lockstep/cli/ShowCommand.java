package dev.lockstep.cli;

import dev.lockstep.comparison.Survey;
import dev.lockstep.event.Unreadable;
import dev.lockstep.record.RunRecord;
import dev.lockstep.report.RunText;
import dev.lockstep.report.RunsList;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lockstep show RUN`: what one recorded run was and did.
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Show what one recorded run was and did.",
        footer = {
            "",
            "RUN is an id, the beginning of one, a name, a path to a run's folder or packed file, or `last`.",
            "",
            "Example:",
            "  lockstep show last"
        })
final class ShowCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private RecordOptions records;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Parameters(paramLabel = "RUN", description = "The run.")
    @SuppressWarnings("NullAway.Init")
    private String run;

    ShowCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        try (var record = records.open(surroundings, run)) {
            Survey survey;
            RunsList.Entry entry = RecordOptions.entry(record);
            try {
                survey = Survey.of(record.source());
            } catch (Unreadable e) {
                throw new CannotTell(
                        String.valueOf(e.getMessage()),
                        "lockstep dump " + run + " prints what stands before");
            }
            surroundings
                    .out()
                    .print(
                            json
                                    ? RunText.json(entry, record.manifest(), survey, kept(record))
                                    : RunText.text(
                                            entry,
                                            RecordOptions.named(surroundings.folder(), record),
                                            record.manifest(),
                                            survey,
                                            kept(record)));
            return 0;
        }
    }

    private static RunText.Kept kept(RunRecord record) throws IOException {
        var git = new TreeMap<String, String>();
        record.environment()
                .forEach((key, value) -> {
                    if (key.startsWith("git.")) {
                        git.put(key.substring("git.".length()), value);
                    }
                });
        return new RunText.Kept(List.copyOf(record.code().keySet()), record.dataFiles(), git);
    }
}
