package dev.lockstep.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.event.Event;
import dev.lockstep.event.EventWriter;
import dev.lockstep.event.Fingerprint;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import dev.lockstep.event.StreamFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a run does behind a checkpoint, as a run of its own.
class ContinuationTest {
    private static final Fingerprint CHECKPOINT = new Fingerprint(77);
    private static final Site SITE = new Site("train.py", 9, null);

    @TempDir Path temp;

    private StreamFolder run(String name, Event... events) throws IOException {
        Path folder = Files.createDirectories(temp.resolve(name));
        write(folder.resolve("1.cbor"), new Role.Main(), events);
        write(folder.resolve("2.cbor"), new Role.Worker(0, 0, 0));
        return new StreamFolder(folder, () -> true, () -> 0);
    }

    private static void write(Path file, Role role, Event... events) throws IOException {
        try (EventWriter writer = new EventWriter(Files.newOutputStream(file))) {
            writer.write(Synthetic.process(1, 0, role));
            for (Event event : events) {
                writer.write(event);
            }
            writer.write(new Event.End(0L, null, null, null, 0, 0));
        }
    }

    private static Event step(long n, long what) {
        Fingerprint print = new Fingerprint(1000 + what);
        return new Event.Step(
                n, 0, print, 0.5, print, print, Map.of(), List.of(0.1), null, n == 0 ? SITE : null);
    }

    private static Event save(long content) {
        return new Event.Save(
                "a.pt",
                "torch.save",
                new Fingerprint(content),
                List.of(),
                SITE,
                false,
                true,
                false);
    }

    private static Event load() {
        return new Event.Load("a.pt", "torch.load", CHECKPOINT, SITE, false);
    }

    private Outcome compared(long... continued) throws IOException {
        List<Event> events = new ArrayList<>(List.of(Synthetic.optimizer(0), load()));
        for (int n = 0; n < continued.length; n++) {
            events.add(Synthetic.batch(0, 0, n));
            events.add(step(n, continued[n]));
        }
        // What it had been saved as before is another checkpoint: only the one after two steps
        // counts.
        try (StreamFolder whole =
                        run(
                                "whole",
                                Synthetic.optimizer(0),
                                save(77),
                                step(0, 0),
                                step(1, 1),
                                save(77),
                                step(2, 2),
                                save(78),
                                step(3, 3));
                StreamFolder rest = run("rest", events.toArray(Event[]::new))) {
            return new Comparison(
                            Continuation.afterSave(whole, CHECKPOINT, 2),
                            Continuation.afterLoad(rest, CHECKPOINT))
                    .toEnd();
        }
    }

    @Test
    void equalStepsBehindTheCheckpointAgree() throws IOException {
        assertThat(compared(2, 3))
                .isInstanceOfSatisfying(
                        Outcome.Agreed.class,
                        agreed -> assertThat(agreed.counts().steps()).isEqualTo(2));
    }

    @Test
    void anotherStepPartsWithItsLine() throws IOException {
        assertThat(compared(2, 4))
                .isInstanceOfSatisfying(
                        Outcome.Parted.class,
                        parted -> {
                            assertThat(parted.divergence().step()).isEqualTo(1);
                            assertThat(parted.divergence().kind()).isEqualTo(Divergence.Kind.LOSS);
                            assertThat(parted.divergence().site()).isEqualTo(SITE);
                        });
    }

    @Test
    void fewerStepsPart() throws IOException {
        assertThat(compared(2))
                .isInstanceOfSatisfying(
                        Outcome.Parted.class,
                        parted ->
                                assertThat(parted.divergence().kind())
                                        .isEqualTo(Divergence.Kind.LENGTH));
    }

    @Test
    void aRunThatLoadsNothingHasNoContinuation() throws IOException {
        try (StreamFolder rest = run("none", step(0, 2), step(1, 3))) {
            Continuation continuation = Continuation.afterLoad(rest, CHECKPOINT);
            new Comparison(continuation, Continuation.afterLoad(rest, CHECKPOINT)).toEnd();
            assertThat(continuation.found()).isFalse();
        }
    }
}
