package dev.lockstep.comparison;

import dev.lockstep.event.Event;
import dev.lockstep.event.EventReader;
import dev.lockstep.event.EventSource;
import dev.lockstep.event.EventWriter;
import dev.lockstep.event.Fingerprint;
import dev.lockstep.event.Item;
import dev.lockstep.event.Leaf;
import dev.lockstep.event.Role;
import dev.lockstep.event.RunSource;
import dev.lockstep.event.Site;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A run made of events that no Python wrote: a training of a given length with a given seed for
/// every value, to be changed at one place by a test.
final class Synthetic {
    static final Site LOADER = new Site("train.py", 48, "main");
    static final Site STEP = new Site("train.py", 60, "main");
    static final List<String> NAMES = List.of("fc1.weight", "fc1.bias");

    private Synthetic() {}

    static Fingerprint mix(long... values) {
        long bits = 0x9e3779b97f4a7c15L;
        for (long value : values) {
            bits = (bits ^ value) * 0xbf58476d1ce4e5b9L;
            bits ^= bits >>> 29;
        }
        return new Fingerprint(bits);
    }

    static Event.Process process(long pid, long ppid, Role role) {
        return new Event.Process(
                pid,
                ppid,
                List.of("train.py"),
                role,
                "3.11.2",
                "python3",
                "/x",
                "exec",
                false,
                "1");
    }

    static Event.Seed seed(String generator, @Nullable Object... args) {
        return new Event.Seed(generator, java.util.Arrays.asList(args), STEP, null, 0);
    }

    static Event.Loader loader(long loader, long iterator) {
        return new Event.Loader(
                loader,
                iterator,
                4L,
                0,
                "RandomSampler",
                true,
                false,
                false,
                false,
                false,
                true,
                40L,
                LOADER);
    }

    static Event.Batch batch(long loader, long iterator, long n) {
        return new Event.Batch(
                loader,
                iterator,
                n,
                List.of(n, n + 7),
                mix(1, loader, iterator, n),
                2L,
                mix(2, loader, iterator, n),
                n < 2
                        ? List.of(
                                new Leaf("0", mix(3, loader, iterator, n)),
                                new Leaf("1", mix(4, loader, iterator, n)))
                        : List.of(),
                null,
                null);
    }

    static Event.OptimizerMade optimizer(long ordinal) {
        return new Event.OptimizerMade(
                ordinal,
                "SGD",
                2,
                NAMES,
                List.of(List.of(3L, 4L), List.of(3L)),
                List.of("float32", "float32"),
                Map.of("lr", 0.1),
                mix(5, ordinal),
                List.of(
                        new Leaf("fc1.weight", mix(6, ordinal)),
                        new Leaf("fc1.bias", mix(7, ordinal))),
                STEP);
    }

    static Event.Step step(long n, long optimizer) {
        return new Event.Step(
                n,
                optimizer,
                mix(8, n),
                1.0 / (n + 1),
                mix(9, n),
                n % 10 == 0 ? mix(10, n) : null,
                Map.of("torch", mix(11, n)),
                List.of(0.1),
                null,
                STEP);
    }

    static Event.Leaves leaves(long n, long optimizer) {
        return new Event.Leaves(
                n,
                optimizer,
                List.of(new Leaf(null, mix(12, n)), new Leaf(null, mix(13, n))),
                List.of(new Leaf(null, mix(14, n)), new Leaf(null, mix(15, n))));
    }

    static Event.State state() {
        return new Event.State(
                "model", "Net", mix(16), List.of(new Leaf("fc1.weight", mix(17))), true);
    }

    static Event.End end(long status, @Nullable String exception) {
        return new Event.End(status, exception, null, exception == null ? null : STEP, 0, 0);
    }

    /// The main process of a training of so many steps: seed, loader, optimizer, batches, steps,
    /// end.
    static List<Event> training(int steps) {
        List<Event> events = new ArrayList<>();
        events.add(process(100, 1, new Role.Main()));
        events.add(seed("torch", 0L));
        events.add(optimizer(0));
        events.add(loader(0, 0));
        for (int n = 0; n < steps; n++) {
            events.add(batch(0, 0, n));
            events.add(step(n, 0));
            if (n < 3) {
                events.add(leaves(n, 0));
            }
        }
        events.add(state());
        events.add(end(0, null));
        return events;
    }

    static byte[] bytes(List<? extends Event> events) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (EventWriter writer = new EventWriter(out)) {
            for (Event event : events) {
                writer.write(event);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /// A run in memory that ended.
    @SafeVarargs
    static RunSource run(List<Event>... processes) {
        return new Memory(0, processes);
    }

    @SafeVarargs
    static RunSource run(@Nullable Integer exitStatus, List<Event>... processes) {
        return new Memory(exitStatus, processes);
    }

    /// A run that shows its events one by one, at random moments.
    @SafeVarargs
    static RunSource live(long seed, List<Event>... processes) {
        Memory memory = new Memory(0, processes);
        Random random = new Random(seed);
        List<EventSource> sources =
                memory.processes().stream()
                        .<EventSource>map(source ->
                                new EventSource() {
                                    @Override
                                    public String name() {
                                        return source.name();
                                    }

                                    @Override
                                    public Next next() throws IOException {
                                        return random.nextInt(3) == 0
                                                ? NothingYet.NOTHING_YET
                                                : source.next();
                                    }
                                })
                        .toList();
        return new RunSource() {
            private int shown;

            @Override
            public List<EventSource> processes() {
                shown = Math.min(sources.size(), shown + random.nextInt(2));
                return sources.subList(0, shown);
            }

            @Override
            public boolean ended() {
                return shown == sources.size();
            }

            @Override
            public @Nullable Integer exitStatus() {
                return 0;
            }
        };
    }

    private static final class Memory implements RunSource {
        private final @Nullable Integer exitStatus;
        private final List<EventSource> sources = new ArrayList<>();

        @SafeVarargs
        Memory(@Nullable Integer exitStatus, List<Event>... processes) {
            this.exitStatus = exitStatus;
            for (int i = 0; i < processes.length; i++) {
                String name = "p" + i;
                EventReader reader =
                        new EventReader(
                                Channels.newChannel(new ByteArrayInputStream(bytes(processes[i]))),
                                name);
                sources.add(
                        new EventSource() {
                            @Override
                            public String name() {
                                return name;
                            }

                            @Override
                            public Next next() throws IOException {
                                Item item = reader.poll();
                                return item != null ? item : new Ended(reader.rest());
                            }
                        });
            }
        }

        @Override
        public List<EventSource> processes() {
            return sources;
        }

        @Override
        public boolean ended() {
            return true;
        }

        @Override
        public @Nullable Integer exitStatus() {
            return exitStatus;
        }
    }
}
