package dev.lockstep.comparison;

import dev.lockstep.event.Event;
import dev.lockstep.event.EventSource;
import dev.lockstep.event.Fingerprint;
import dev.lockstep.event.Item;
import dev.lockstep.event.Role;
import dev.lockstep.event.RunSource;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes a run that has ended and a checkpoint, gives what the run did after it saved or loaded
/// that checkpoint, as a run of its own.
///
/// Only the main process, and of its evidence only what is not numbered from the run's beginning:
/// steps, states at exit, and the end. What explains is given whole. The steps of both runs must
/// have been recorded with {@link dev.lockstep.event.AgentSettings.Detail#EVEN}.
public final class Continuation implements RunSource {
    private static final Set<String> NUMBERED =
            Set.of(
                    "batch",
                    "leaves",
                    "optimizer",
                    "backward",
                    "save",
                    "operation",
                    "mutation",
                    "loader");
    private static final Set<String> COUNTED = Set.of("step", "state", "generators");

    private final RunSource run;
    private final String mark;
    private final Fingerprint content;
    private final long after;
    private @Nullable List<EventSource> sources;
    private boolean found;

    private Continuation(RunSource run, String mark, Fingerprint content, long after) {
        this.run = run;
        this.mark = mark;
        this.content = content;
        this.after = after;
    }

    /// The run from where it saved the checkpoint.
    ///
    /// @param steps how many steps it had made by then
    public static Continuation afterSave(RunSource run, Fingerprint content, long steps) {
        return new Continuation(run, "save", content, steps);
    }

    /// The run from where it loaded the checkpoint.
    public static Continuation afterLoad(RunSource run, Fingerprint content) {
        return new Continuation(run, "load", content, -1);
    }

    /// Whether the checkpoint was seen, once the run was read.
    public boolean found() {
        return found;
    }

    @Override
    public List<EventSource> processes() throws IOException {
        List<EventSource> known = sources;
        if (known == null) {
            known = new ArrayList<>();
            for (EventSource source : run.processes()) {
                Rest rest = new Rest(source);
                if (rest.main()) {
                    known.add(rest);
                }
            }
            sources = known;
        }
        return known;
    }

    @Override
    public boolean ended() {
        return run.ended();
    }

    @Override
    public @Nullable Integer exitStatus() {
        return run.exitStatus();
    }

    private final class Rest implements EventSource {
        private final EventSource source;
        private final Deque<Item> head = new ArrayDeque<>();
        private long steps;
        private boolean begun;

        Rest(EventSource source) {
            this.source = source;
        }

        boolean main() throws IOException {
            while (source.next() instanceof Item item) {
                head.add(item.kept());
                if (item.kind().equals("process")) {
                    return item.event() instanceof Event.Process process
                            && process.role() instanceof Role.Main;
                }
            }
            return false;
        }

        @Override
        public String name() {
            return source.name();
        }

        @Override
        public Next next() throws IOException {
            Item kept = head.poll();
            if (kept != null) {
                return kept;
            }
            while (true) {
                Next next = source.next();
                if (!(next instanceof Item item)) {
                    return next;
                }
                String kind = item.kind();
                if (!begun && kind.equals(mark) && marked(item)) {
                    begun = true;
                    found = true;
                }
                steps += kind.equals("step") ? 1 : 0;
                if (!NUMBERED.contains(kind) && (begun || !COUNTED.contains(kind))) {
                    return item;
                }
            }
        }

        private boolean marked(Item item) throws IOException {
            return switch (item.event()) {
                case Event.Save save -> steps == after && content.equals(save.content());
                case Event.Load load -> content.equals(load.content());
                default -> false;
            };
        }
    }
}
