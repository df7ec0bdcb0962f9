package dev.lockstep.comparison;

import dev.lockstep.event.Event;
import dev.lockstep.event.EventSource;
import dev.lockstep.event.Item;
import dev.lockstep.event.Role;
import dev.lockstep.event.RunSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Takes one run that has ended, gives what its processes did and what they showed.
///
/// @param processes one entry a process, in the order of their names in a comparison
/// @param observations what they showed beside their evidence
public record Survey(List<Process> processes, Observations observations) {
    public Survey {
        processes = List.copyOf(processes);
    }

    /// What one process did.
    ///
    /// @param stream the name of its stream
    /// @param text the process, in words
    /// @param passes of a loader's worker: how many passes over its loader were begun; else 0
    /// @param events events in its stream, observations included
    /// @param ending how it ended, in words
    /// @param whole the stream has its end, or stops at the step limit
    public record Process(
            String stream,
            String text,
            long passes,
            long steps,
            long batches,
            long events,
            String ending,
            boolean whole) {}

    /// Reads a run to its end.
    public static Survey of(RunSource run) throws IOException {
        Observations observations = new Observations();
        Alignment alignment = new Alignment();
        List<ProcessSide> sides = new ArrayList<>();
        Map<ProcessSide, Counter> counters = new HashMap<>();
        for (EventSource source : run.processes()) {
            Counter counter = new Counter(source);
            ProcessSide side = new ProcessSide(counter, observations);
            if (side.begin()) {
                alignment.add(side);
                sides.add(side);
                counters.put(side, counter);
            }
        }
        List<ProcessSide> order = new ArrayList<>(alignment.place(true).values());
        for (ProcessSide side : order) {
            while (side.next() instanceof Item) {
                // Reading keeps what it shows.
            }
        }
        List<Process> processes = new ArrayList<>();
        for (ProcessSide side : order) {
            Counter counter = counters.get(side);
            if (counter == null) {
                continue;
            }
            String ending =
                    side.limit != null
                            ? "stopped at the step limit"
                            : side.end != null
                                    ? Evidence.ending(side.end)
                                    : side.rest > 0
                                            ? "cut off in the middle of an event"
                                            : "no end in its stream";
            processes.add(
                    new Process(
                            side.name(),
                            side.text(),
                            side.role() instanceof Role.Worker worker
                                    ? passes(observations, worker.loader())
                                    : 0,
                            counter.steps,
                            counter.batches,
                            counter.events,
                            ending,
                            side.limit != null || side.end != null));
        }
        return new Survey(processes, observations);
    }

    /// A worker that has nothing new to tell leaves no stream: the passes are counted where the
    /// loader is.
    private static long passes(Observations observations, long loader) {
        return observations.of(Event.Loader.class).stream()
                .filter(one -> ((Event.Loader) one.event()).loader() == loader)
                .collect(Collectors.groupingBy(Observed::process, Collectors.counting()))
                .values()
                .stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
    }

    private static final class Counter implements EventSource {
        private final EventSource source;
        private long events;
        private long steps;
        private long batches;

        Counter(EventSource source) {
            this.source = source;
        }

        @Override
        public String name() {
            return source.name();
        }

        @Override
        public Next next() throws IOException {
            Next next = source.next();
            if (next instanceof Item item) {
                events++;
                steps += item.kind().equals("step") ? 1 : 0;
                batches += item.kind().equals("batch") ? 1 : 0;
            }
            return next;
        }
    }
}
