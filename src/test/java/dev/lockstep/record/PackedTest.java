package dev.lockstep.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.event.Unreadable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Packed runs as nobody should send them.
class PackedTest {
    private static final String MANIFEST =
            """
            {"format": 2, "lockstep": "0.1.0", "command": ["train.py"], "directory": "/x", "started": "2026-11-23T04:41:07Z"}
            """;
    private static final String FOLDER = "20261123-044107-train/";

    @TempDir Path temp;
    private Path file = Path.of("unset");
    private RunStore store = RunStore.of(Path.of("unset"));

    @BeforeEach
    void places() throws IOException {
        file = temp.resolve("sent.lockstep");
        store = RunStore.of(Files.createDirectories(temp.resolve("project")));
    }

    private record Entry(String name, byte[] bytes, byte[] extra) {
        Entry(String name, String text) {
            this(name, text.getBytes(StandardCharsets.UTF_8), new byte[0]);
        }
    }

    private static byte[] zip(List<Entry> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Entry entry : entries) {
                ZipEntry one = new ZipEntry(entry.name());
                one.setExtra(entry.extra());
                zip.putNextEntry(one);
                zip.write(entry.bytes());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] run(Entry... more) throws IOException {
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry(FOLDER + "manifest.json", MANIFEST));
        entries.addAll(List.of(more));
        return zip(entries);
    }

    /// Gives where the entry's head stands in the table of contents.
    private static int central(byte[] zip, String name) {
        ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + 46 <= zip.length; at++) {
            if (bytes.getInt(at) == 0x02014b50) {
                int length = bytes.getShort(at + 28);
                if (new String(zip, at + 46, length, StandardCharsets.UTF_8).equals(name)) {
                    return at;
                }
            }
        }
        throw new AssertionError("no entry " + name);
    }

    private static void put(byte[] zip, int at, int value) {
        ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    }

    private void refused(byte[] zip, Unreadable.Why why, String text) throws IOException {
        Files.write(file, zip);
        List<Path> before = everything();
        for (int round = 0; round < 2; round++) {
            boolean open = round == 0;
            assertThatThrownBy(
                            () -> {
                                try (RunRecord record = RunRecord.open(file)) {
                                    if (!open) {
                                        store.add(record);
                                    }
                                }
                            })
                    .isInstanceOfSatisfying(
                            Unreadable.class,
                            e -> {
                                assertThat(e).hasMessageContaining(text);
                                assertThat(e).hasMessageStartingWith(file.toString());
                                assertThat(e.why()).isEqualTo(why);
                            });
        }
        assertThat(everything()).isEqualTo(before);
    }

    private List<Path> everything() throws IOException {
        try (Stream<Path> all = Files.walk(temp)) {
            return all.sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../outside.txt",
                FOLDER + "code/../../../outside.py",
                "/etc/outside",
                "C:/outside",
                FOLDER + "sources\\..\\outside",
                FOLDER + "code/./x.py",
                FOLDER + "code//x.py",
                FOLDER + "code/\u001b[2Jx.py",
                FOLDER + "manifest.json/x",
            })
    void namesThatLeadElsewhere(String name) throws IOException {
        refused(run(new Entry(name, "x")), Unreadable.Why.UNSAFE, "is refused: ");
    }

    @Test
    void linksAndDevices() throws IOException {
        String name = FOLDER + "stdout.log";
        byte[] link = run(new Entry(name, "/etc/passwd"));
        put(link, central(link, name) + 38, 0120777 << 16);
        refused(link, Unreadable.Why.UNSAFE, "\"" + name + "\" is a symbolic link, not a file");
        put(link, central(link, name) + 38, 0010644 << 16);
        refused(link, Unreadable.Why.UNSAFE, "is a device, pipe or socket");
        ByteBuffer extra = ByteBuffer.allocate(4 + 12 + 11).order(ByteOrder.LITTLE_ENDIAN);
        extra.putShort((short) 0x000d).putShort((short) 23);
        extra.put(16, "/etc/passwd".getBytes(StandardCharsets.UTF_8));
        refused(
                run(new Entry(name, new byte[0], extra.array())),
                Unreadable.Why.UNSAFE,
                "is a hard link");
    }

    @Test
    void theSameNameTwice() throws IOException {
        String other = FOLDER + "manifest.jsoX";
        byte[] zip = run(new Entry(other, MANIFEST.replace("/x", "/y")));
        byte[] from = other.getBytes(StandardCharsets.UTF_8);
        byte[] to = (FOLDER + "manifest.json").getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at + from.length <= zip.length; at++) {
            if (Arrays.equals(zip, at, at + from.length, from, 0, from.length)) {
                System.arraycopy(to, 0, zip, at, to.length);
            }
        }
        refused(zip, Unreadable.Why.UNSAFE, "manifest.json\" twice");
    }

    @Test
    void sizesThatAreNot() throws IOException {
        String name = FOLDER + "stdout.log";
        byte[] bomb = run(new Entry(name, new byte[100 << 20], new byte[0]));
        assertThat(bomb.length).isLessThan(1 << 20);
        refused(bomb, Unreadable.Why.UNSAFE, "bytes would become 104857600 bytes");
        byte[] lying = run(new Entry(name, "a".repeat(100_000)));
        put(lying, central(lying, name) + 24, 10);
        refused(lying, Unreadable.Why.UNSAFE, "is longer than the 10 bytes that it declares");
        byte[] boasting = run(new Entry(name, "a".repeat(100_000)));
        put(boasting, central(boasting, name) + 24, -16);
        refused(boasting, Unreadable.Why.UNSAFE, "bytes would become 4294967280 bytes");
    }

    @Test
    void moreThanAnyRunHolds() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            entries.add(new Entry(FOLDER + "code/" + i + ".py", "x"));
        }
        byte[] zip = run(entries.toArray(Entry[]::new));
        for (Entry entry : entries) {
            put(zip, central(zip, entry.name()) + 20, -16 / 2);
            put(zip, central(zip, entry.name()) + 24, -16);
        }
        Files.write(file, zip);
        assertThatThrownBy(() -> RunRecord.open(file)).isInstanceOf(Unreadable.class);
    }

    @Test
    void damagedBytes() throws IOException {
        byte[] noise = new byte[5000];
        new Random(7).nextBytes(noise);
        String name = FOLDER + "streams/1.cbor";
        byte[] whole = run(new Entry(name, noise, new byte[0]));
        int data = central(whole, name) - 3000;
        byte[] flipped = whole.clone();
        flipped[data] ^= 0x40;
        refused(flipped, Unreadable.Why.DAMAGED, "have it sent again");
        byte[] text = run(new Entry(name, "a".repeat(10_000)));
        byte[] broken = text.clone();
        Arrays.fill(
                broken,
                central(text, FOLDER + "manifest.json") - 40,
                central(text, FOLDER + "manifest.json") - 20,
                (byte) 0xff);
        refused(broken, Unreadable.Why.DAMAGED, "have it sent again");
        for (int cut : new int[] {0, 3, 100, whole.length / 2, whole.length - 1}) {
            refused(Arrays.copyOf(whole, cut), Unreadable.Why.DAMAGED, "have it sent again");
        }
    }

    /// Beyond 65535 entries a zip file says in another place where its table of contents is.
    @Test
    void aLargeTableOfContentsIsReadToo() throws IOException {
        Entry[] entries = new Entry[66_000];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = new Entry(FOLDER + "code/" + i + ".py", "");
        }
        byte[] zip = run(entries);
        Files.write(file, zip);
        try (RunRecord record = RunRecord.open(file)) {
            assertThat(record.manifest().command()).containsExactly("train.py");
        }
        put(zip, central(zip, FOLDER + "code/65999.py") + 38, 0120777 << 16);
        refused(zip, Unreadable.Why.UNSAFE, "65999.py\" is a symbolic link");
    }

    @Test
    void anotherFormat() throws IOException {
        Entry newer = new Entry(FOLDER + "manifest.json", MANIFEST.replace("2,", "7,"));
        refused(zip(List.of(newer)), Unreadable.Why.TOO_NEW, "install a newer Lockstep");
    }

    @Test
    void whatNoRecordHoldsIsLeftWhereItIs() throws IOException {
        Files.write(
                file,
                run(
                        new Entry(FOLDER + "code/pkg/a.py", "x = 1\n"),
                        new Entry(FOLDER + "hook.sh", "rm -rf /\n"),
                        new Entry(FOLDER + "streams/deeper/x.cbor", ""),
                        new Entry("beside.txt", "x")));
        try (RunRecord record = RunRecord.open(file)) {
            RunFolder folder = store.add(record);
            assertThat(folder.id()).isEqualTo("20261123-044107-train");
            try (Stream<Path> all = Files.walk(folder.path())) {
                assertThat(
                                all.filter(Files::isRegularFile)
                                        .map(p -> folder.path().relativize(p).toString()))
                        .containsExactlyInAnyOrder("manifest.json", "code/pkg/a.py");
            }
            assertThat(store.add(record).id()).isEqualTo("20261123-044107-train-2");
        }
    }
}
