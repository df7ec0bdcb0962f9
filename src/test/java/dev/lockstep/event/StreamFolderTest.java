package dev.lockstep.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamFolderTest {
    private static final byte[] FIRST = EventWriter.bytes(new Event.Stream(2));
    private static final byte[] SECOND = EventWriter.bytes(new Event.Limit(7));

    @Test
    void followsStreamsThatAppearAndGrow(@TempDir Path run) throws IOException {
        AtomicBoolean ended = new AtomicBoolean();
        Path streams = run.resolve("streams");
        try (StreamFolder folder = new StreamFolder(streams, ended::get, () -> 0)) {
            assertThat(folder.processes()).isEmpty();
            Files.createDirectory(streams);
            Path file = streams.resolve("b.cbor");
            Files.write(file, FIRST);
            EventSource source = folder.processes().getFirst();
            assertThat(source.name()).isEqualTo("b");
            assertThat(source.next()).isInstanceOf(Item.class);
            assertThat(source.next()).isEqualTo(EventSource.NothingYet.NOTHING_YET);
            Files.write(file, new byte[] {SECOND[0]}, StandardOpenOption.APPEND);
            assertThat(source.next()).isEqualTo(EventSource.NothingYet.NOTHING_YET);
            Files.write(streams.resolve("a.cbor"), FIRST);
            List<EventSource> sources = folder.processes();
            assertThat(sources.stream().map(EventSource::name)).containsExactly("b", "a");
            assertThat(sources.getFirst()).isSameAs(source);
            Files.write(
                    file,
                    java.util.Arrays.copyOfRange(SECOND, 1, SECOND.length),
                    StandardOpenOption.APPEND);
            Files.write(file, new byte[] {SECOND[0]}, StandardOpenOption.APPEND);
            ended.set(true);
            assertThat(source.next())
                    .isInstanceOfSatisfying(
                            Item.class, item -> assertThat(item.kind()).isEqualTo("limit"));
            assertThat(source.next()).isEqualTo(new EventSource.Ended(1));
        }
    }

    @Test
    void whatIsWrittenBetweenTheLastLookAndTheEndIsSeen(@TempDir Path streams) throws IOException {
        AtomicBoolean ended = new AtomicBoolean();
        Path file = streams.resolve("a.cbor");
        Files.write(file, FIRST);
        Files.write(file, SECOND, StandardOpenOption.APPEND);
        Files.write(file, SECOND, StandardOpenOption.APPEND);
        try (StreamFolder folder = new StreamFolder(streams, ended::get, () -> 0)) {
            EventSource source = folder.processes().getFirst();
            assertThat(source.next()).isInstanceOf(Item.class);
            // Two events are in memory and not asked for yet.
            Files.write(file, SECOND, StandardOpenOption.APPEND);
            ended.set(true);
            for (int i = 0; i < 3; i++) {
                assertThat(source.next()).as("event " + i).isInstanceOf(Item.class);
            }
            assertThat(source.next()).isEqualTo(new EventSource.Ended(0));
        }
    }

    @Test
    void aRunMayHaveMoreProcessesThanOpenFiles(@TempDir Path streams) throws IOException {
        for (int i = 0; i < 3000; i++) {
            Files.write(streams.resolve(i + ".cbor"), FIRST);
        }
        try (StreamFolder folder = new StreamFolder(streams, () -> true, () -> 0)) {
            long open = openFiles();
            for (EventSource source : folder.processes()) {
                assertThat(source.next()).isInstanceOf(Item.class);
            }
            assertThat(openFiles() - open).isLessThan(100);
        }
    }

    private static long openFiles() throws IOException {
        Path self = Path.of("/proc/self/fd");
        if (!Files.isDirectory(self)) {
            return 0;
        }
        try (var files = Files.list(self)) {
            return files.count();
        }
    }
}
