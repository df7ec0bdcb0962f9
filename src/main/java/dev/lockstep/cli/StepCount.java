package dev.lockstep.cli;

import dev.lockstep.event.Event;
import dev.lockstep.event.EventSource;
import dev.lockstep.event.Item;
import dev.lockstep.event.RunSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Counts the optimizer steps of a growing run, for the live line and for the step limit, and notes
/// the data files it reads.
final class StepCount implements AutoCloseable {
    private static final int MOST_FILES = 20_000;

    private final RunSource run;
    private final Set<String> ended = new HashSet<>();
    private final List<Event.Open> opened = new ArrayList<>();
    private final Set<String> asked = new TreeSet<>();
    private long steps;
    private boolean limit;

    StepCount(RunSource run) {
        this.run = run;
    }

    /// Reads what is new.
    void look() throws IOException {
        for (var process : new ArrayList<>(run.processes())) {
            read(process);
        }
    }

    private void read(EventSource process) throws IOException {
        if (ended.contains(process.name())) {
            return;
        }
        while (true) {
            switch (process.next()) {
                case Item item -> {
                    switch (item.kind()) {
                        case "step" -> steps++;
                        case "limit" -> limit = true;
                        case "open" -> {
                            if (opened.size() < MOST_FILES
                                    && item.event() instanceof Event.Open open) {
                                opened.add(open);
                            }
                        }
                        case "packages" -> {
                            if (item.event() instanceof Event.Packages packages) {
                                asked.addAll(packages.asked());
                            }
                        }
                        default -> {
                            // The rest says nothing here.
                        }
                    }
                }
                case EventSource.NothingYet _ -> {
                    return;
                }
                case EventSource.Ended _ -> {
                    ended.add(process.name());
                    return;
                }
            }
        }
    }

    long steps() {
        return steps;
    }

    /// The data files that it opened for reading.
    List<Event.Open> opened() {
        return List.copyOf(opened);
    }

    /// The environment variables that its own code asked for.
    Set<String> asked() {
        return Set.copyOf(asked);
    }

    boolean limitReached() {
        return limit;
    }

    List<String> processes() {
        return List.copyOf(ended);
    }

    @Override
    public void close() {
        // The run closes its streams itself.
    }
}
