package dev.lockstep.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventReaderTest {
    static final Site SITE = new Site("train.py", 48, "main");

    /// One event of each kind, with values that differ from each other.
    static List<Event> everyKind() {
        Fingerprint one = new Fingerprint(0x0123456789abcdefL);
        Fingerprint two = new Fingerprint(-2);
        List<Leaf> leaves = List.of(new Leaf("fc1.weight", one), new Leaf("fc1.bias", null));
        List<@Nullable Object> args = new ArrayList<>(Arrays.asList(7L, "x", null, -1L));
        return List.of(
                new Event.Process(
                        41,
                        40,
                        List.of("train.py", "--epochs", "1"),
                        new Role.Worker(1, 2, 3),
                        "3.11.2",
                        "/usr/bin/python3",
                        "/home",
                        "fork",
                        true,
                        "0.1.0"),
                new Event.Torch("2.13.0", 2, 3, 0, null, "9", Map.of("a", true)),
                new Event.Seed("numpy", args, SITE, "sklearn.KMeans.fit", 4),
                new Event.Draw("torch", "rand", SITE, null, "weights", 5, "evaluation"),
                new Event.Entropy("uuid4", null, null, 6, "19b4b625"),
                new Event.Loader(
                        1,
                        0,
                        64L,
                        2,
                        "RandomSampler",
                        true,
                        false,
                        true,
                        false,
                        true,
                        false,
                        99L,
                        SITE),
                new Event.Batch(1, 0, 8, List.of(5L, 17L), one, 2L, two, leaves, 1L, 2L),
                new Event.OptimizerMade(
                        0,
                        "SGD",
                        2,
                        List.of("fc1.weight", "fc1.bias"),
                        List.of(List.of(3L, 4L), List.of()),
                        List.of("float32", "bfloat16"),
                        Map.of("lr", 0.1),
                        one,
                        leaves,
                        SITE),
                new Event.Backward(9, one, 0.25, SITE),
                new Event.Step(
                        10,
                        0,
                        one,
                        0.5,
                        two,
                        null,
                        Map.of("torch", one),
                        List.of(0.1, 0.2),
                        2.0,
                        SITE),
                new Event.Leaves(10, 0, List.of(new Leaf(null, one)), List.of(new Leaf(null, two))),
                new Event.Listing("os.listdir", "data", 12, two, false, SITE, null),
                new Event.Save("model.pt", "torch.save", one, leaves, SITE, true, false, false),
                new Event.Load("model.pt", "torch.load", two, SITE, false),
                new Event.Open("data.csv", 13L, 1_700_000_000_000_000_000L),
                new Event.Write("out.txt", 14L, "ab12", false),
                new Event.Write("out.h5", 15L, "ab13", true),
                new Event.State("model", "Net", one, leaves, true),
                new Event.Generators(Map.of("python", two)),
                new Event.Clock("time.time", SITE),
                new Event.Concurrent("as_completed", SITE),
                new Event.Start("subprocess", List.of("python", "a.py"), SITE, true),
                new Event.Pin("numpy", "default_rng", SITE, "sklearn.fit"),
                new Event.Variable("PYTHONHASHSEED", "0", SITE),
                new Event.Flag("cudnn.benchmark", true, null),
                new Event.Warning("nondeterministic", "index_add", SITE),
                new Event.Operation(
                        3,
                        4,
                        "aten::add",
                        List.of(new Leaf(null, one)),
                        List.of(),
                        SITE,
                        "forward",
                        2L),
                new Event.Mutation(3, 5, "out"),
                new Event.Untapped("numpy", "too old"),
                new Event.Problem("oops"),
                new Event.Limit(20),
                new Event.Packages(
                        List.of(new Event.Named("numpy", "2.4")),
                        List.of(new Event.Named("train.py", "ff")),
                        List.of("libblas.so.3"),
                        List.of(new Event.Named("numpy", "00ff")),
                        List.of("BATCH")),
                new Event.End(1L, "ValueError", "bad", SITE, 20, 21),
                new Event.Other("future", Map.of("x", 1L)));
    }

    private static byte[] stream(List<Event> events) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (EventWriter writer = new EventWriter(bytes)) {
            for (Event event : events) {
                writer.write(event);
            }
        }
        return bytes.toByteArray();
    }

    private static EventReader reader(byte[] bytes) {
        return new EventReader(Channels.newChannel(new ByteArrayInputStream(bytes)), "main.cbor");
    }

    private static List<Event> readAll(EventReader reader) throws IOException {
        List<Event> events = new ArrayList<>();
        for (Item item = reader.poll(); item != null; item = reader.poll()) {
            events.add(item.event());
        }
        return events;
    }

    @Test
    void everyKindComesBackAsItWas() throws IOException {
        List<Event> events = everyKind();
        assertThat(events.stream().map(Object::getClass).distinct())
                .hasSize(Event.class.getPermittedSubclasses().length - 1);
        List<Event> read = readAll(reader(stream(events)));
        assertThat(read.getFirst()).isEqualTo(new Event.Stream(2));
        assertThat(read.subList(1, read.size())).isEqualTo(events);
    }

    @Test
    void aStreamCutAnywhereGivesItsWholeEventsAndGoesOnWhenItGrows(@TempDir Path folder)
            throws IOException {
        byte[] bytes = stream(everyKind());
        List<Event> all = readAll(reader(bytes));
        Path file = folder.resolve("main.cbor");
        for (int cut = 0; cut <= bytes.length; cut++) {
            Files.write(file, Arrays.copyOf(bytes, cut));
            try (EventReader reader = EventReader.open(file)) {
                List<Event> before = readAll(reader);
                assertThat(before).isEqualTo(all.subList(0, before.size()));
                assertThat(reader.offset() + reader.rest()).isEqualTo(cut);
                Files.write(
                        file,
                        Arrays.copyOfRange(bytes, cut, bytes.length),
                        StandardOpenOption.APPEND);
                before.addAll(readAll(reader));
                assertThat(before).isEqualTo(all);
                assertThat(reader.rest()).isZero();
            }
        }
    }

    @Test
    void anyByteChangedGivesEventsOrASentenceNeverAnotherFailure() throws IOException {
        byte[] bytes = stream(everyKind());
        Random random = new Random(20);
        for (int at = 0; at < bytes.length; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] = (byte) random.nextInt();
            try {
                readAll(reader(damaged));
            } catch (Unreadable e) {
                assertThat(e.why())
                        .isIn(
                                Unreadable.Why.DAMAGED,
                                Unreadable.Why.TOO_NEW,
                                Unreadable.Why.TOO_OLD);
            }
        }
    }

    @Test
    void anItemLongerThanTheBufferIsRead() throws IOException {
        String text = "x".repeat(1 << 20);
        List<Event> events =
                List.of(new Event.Problem(text), new Event.Limit(3), new Event.Problem(text + "y"));
        List<Event> read = readAll(reader(stream(events)));
        assertThat(read.subList(1, read.size())).isEqualTo(events);
    }

    @Test
    void theFiveWaysToBeUnreadableAreFiveSentences(@TempDir Path folder) throws IOException {
        Path absent = folder.resolve("none.cbor");
        assertThatThrownBy(() -> EventReader.open(absent))
                .isInstanceOf(Unreadable.class)
                .hasMessage("there is no stream at " + absent);
        assertThatThrownBy(() -> readAll(reader(format(3))))
                .hasMessage(
                        "main.cbor is too new: it has format 3 and this Lockstep reads up to format 2;"
                                + " install a newer Lockstep");
        assertThatThrownBy(() -> readAll(reader(format(1))))
                .hasMessage(
                        "main.cbor is too old: it has format 1 and this Lockstep reads from format 2"
                                + " on; read it with the Lockstep that wrote it");
        assertThatThrownBy(() -> readAll(reader(new byte[] {(byte) 0xa1, 0x61, 'x', 1})))
                .hasMessage(
                        "main.cbor is damaged: at byte 0, event 0, stands an item whose first key is"
                                + " not its kind");
        EventReader cut = reader(Arrays.copyOf(stream(List.of(new Event.Limit(3))), 25));
        assertThat(readAll(cut)).hasSize(1);
        assertThat(cut.incomplete())
                .hasMessage(
                        "main.cbor is incomplete: it stops in the middle of event 1, at byte 18;"
                                + " everything before that is whole");
    }

    private static byte[] format(int format) {
        return EventWriter.bytes(new Event.Stream(format));
    }

    @Test
    void declaredSizesAreNotBelieved() {
        // A map of one key whose value declares 2^60 bytes; then an array of 2^31 members.
        for (int head : new int[] {0x5b, 0x7b, 0x9b, 0xbb}) {
            byte[] bytes = {
                (byte) 0xa2, 0x61, 'k', 0x61, 'z', 0x61, 'v', (byte) head, 0x10, 0, 0, 0, 0, 0, 0, 0
            };
            assertThatThrownBy(() -> readAll(reader(bytes)))
                    .isInstanceOf(Unreadable.class)
                    .hasMessageContaining("declares 1152921504606846976");
        }
        byte[] deep = new byte[1000];
        Arrays.fill(deep, (byte) 0x81);
        assertThatThrownBy(() -> readAll(reader(deep)))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("nested deeper than 16 levels");
    }

    @Test
    void keysAreFoundWithoutDecoding() throws IOException {
        EventReader reader = reader(stream(everyKind()));
        Item item = reader.poll();
        while (item != null && !item.kind().equals("step")) {
            item = reader.poll();
        }
        Objects.requireNonNull(item);
        assertThat(item.integer("n", -1)).isEqualTo(10);
        assertThat(item.has("gradients")).isTrue();
        assertThat(item.has("parameters")).isFalse();
        assertThat(item.size("generators")).isEqualTo(1);
        assertThat(item.kept().sameBytes(item)).isTrue();
    }
}
