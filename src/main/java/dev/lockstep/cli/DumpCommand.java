package dev.lockstep.cli;

import dev.lockstep.comparison.Survey;
import dev.lockstep.event.EventSource;
import dev.lockstep.event.Item;
import dev.lockstep.event.Unreadable;
import dev.lockstep.record.RunRecord;
import dev.lockstep.report.EventJson;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lockstep dump RUN`: every event as a line of JSON.
@Command(
        name = "dump",
        mixinStandardHelpOptions = true,
        description = "Print the events of a recorded run as JSON lines, process by process.",
        footer = {
            "",
            "Each line has the stream's name under `process` and then the event's own keys.",
            "",
            "Examples:",
            "  lockstep dump last --kind step",
            "  lockstep dump last --process main"
        })
final class DumpCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private RecordOptions records;

    @Option(
            names = "--process",
            paramLabel = "PROCESS",
            description =
                    "Only this process: its words, as `main` or `rank 1`, or its stream's name.")
    private @Nullable String process;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            split = ",",
            description = "Only events of these kinds, as `step,batch`.")
    private @Nullable List<String> kinds;

    @Parameters(paramLabel = "RUN", description = "The run.")
    @SuppressWarnings("NullAway.Init")
    private String run;

    DumpCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        try (var record = records.open(surroundings, run)) {
            Set<String> wanted = process == null ? Set.of() : wanted(record, process);
            return dump(record, wanted);
        }
    }

    private int dump(RunRecord record, Set<String> wanted) throws IOException {
        PrintStream out = surroundings.out();
        List<String> broken = new ArrayList<>();
        for (EventSource source : record.source().processes()) {
            if (process != null && !wanted.contains(source.name())) {
                continue;
            }
            try {
                EventSource.Next next = source.next();
                while (next instanceof Item item) {
                    if (kinds == null || kinds.contains(item.kind())) {
                        out.print(EventJson.line(source.name(), item));
                        out.print('\n');
                    }
                    // Whoever reads us may have gone away.
                    if (out.checkError()) {
                        return 0;
                    }
                    next = source.next();
                }
                if (next instanceof EventSource.Ended ended && ended.rest() > 0) {
                    broken.add(
                            source.name()
                                    + " is incomplete: it stops in the middle of an event; every event before that is printed");
                }
            } catch (Unreadable e) {
                broken.add(String.valueOf(e.getMessage()));
            }
        }
        if (broken.isEmpty()) {
            return 0;
        }
        throw new CannotTell(String.join("\n", broken));
    }

    private static Set<String> wanted(RunRecord record, String process) throws IOException {
        Set<String> wanted = new HashSet<>();
        List<String> known = new ArrayList<>();
        for (EventSource source : record.source().processes()) {
            if (source.name().equals(process)) {
                wanted.add(source.name());
            }
        }
        if (!wanted.isEmpty()) {
            return wanted;
        }
        for (Survey.Process one : Survey.of(record.source()).processes()) {
            known.add(one.text());
            if (one.text().equals(process) || one.text().startsWith(process + " of ")) {
                wanted.add(one.stream());
            }
        }
        if (wanted.isEmpty()) {
            throw new CannotTell(
                    "no process of " + record.id() + " is called " + process,
                    "its processes: " + String.join(", ", known));
        }
        return wanted;
    }
}
