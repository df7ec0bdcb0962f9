package dev.lockstep.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.event.Event;
import dev.lockstep.event.EventWriter;
import dev.lockstep.event.Unreadable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStoreTest {
    private static final Instant STARTED = Instant.parse("2026-11-23T04:41:07Z");

    @TempDir Path project;
    private RunStore store = RunStore.of(Path.of("unset"));

    @BeforeEach
    void store() {
        store = RunStore.of(project);
    }

    private RunFolder run(Instant started, String name, String... command) throws IOException {
        RunFolder folder = store.create(started, List.of(command));
        folder.write(
                Manifest.begin("0.1.0", List.of(command), "/home/experiment", started)
                        .withName(name));
        return folder;
    }

    @Test
    void idsSortByTimeAndNameTheScript() throws IOException {
        RunFolder second = run(STARTED.plusSeconds(1), "b", "-m", "pkg.train");
        RunFolder first = run(STARTED, "a", "src/train net.py", "--epochs", "1");
        RunFolder third = run(STARTED.plusSeconds(1), "c", "-m", "pkg.train");
        assertThat(store.ids())
                .containsExactly(
                        "20261123-044107-train-net",
                        "20261123-044108-pkg-train",
                        "20261123-044108-pkg-train-2")
                .containsExactly(first.id(), second.id(), third.id());
    }

    @Test
    void idsKeepLettersOfEveryScriptAndNothingThatAPathMinds() throws IOException {
        assertThat(run(STARTED, "a", "обучение модели.py").id())
                .isEqualTo("20261123-044107-обучение-модели");
        assertThat(run(STARTED, "b", "src/प्रशिक्षण.ipynb").id())
                .isEqualTo("20261123-044107-प्रशिक्षण");
        assertThat(run(STARTED, "c", "-m", "a\u202e..\u0000;$(rm)\n").id())
                .isEqualTo("20261123-044107-a-rm");
        // A letter outside the basic plane is cut off whole or not at all.
        assertThat(run(STARTED, "d", "x" + "\ud835\udd19".repeat(50) + ".py").id())
                .isEqualTo("20261123-044107-x" + "\ud835\udd19".repeat(39));
        assertThat(run(STARTED, "e", "……/.py").id()).isEqualTo("20261123-044107-run");
    }

    @Test
    void aRunIsFoundByIdPrefixNamePathOrLast() throws IOException {
        RunFolder first = run(STARTED, "baseline", "train.py");
        RunFolder second = run(STARTED.plusSeconds(60), "other", "train.py");
        for (String argument :
                List.of(first.id(), "20261123-044107", "baseline", first.path().toString())) {
            try (RunRecord record = store.open(argument)) {
                assertThat(record.id()).as(argument).isEqualTo(first.id());
            }
        }
        try (RunRecord record = store.open("last")) {
            assertThat(record.id()).isEqualTo(second.id());
        }
        assertThatThrownBy(() -> store.open("2026"))
                .isInstanceOf(Unreadable.class)
                .hasMessage(
                        "there is no single run at 2026: it begins 2 ids, 20261123-044107-train,"
                                + " 20261123-044207-train; give more of the id");
        assertThatThrownBy(() -> store.open("nothing"))
                .hasMessage("there is no run at nothing; see `lockstep runs`");
        assertThatThrownBy(() -> new RunStore(project.resolve("none")).open("last"))
                .isInstanceOf(Unreadable.class)
                .hasMessageEndingWith("record one with `lockstep run SCRIPT.py`");
    }

    @Test
    void whatIsWrittenIsReadAndUnknownKeysStay() throws IOException {
        RunFolder folder = run(STARTED, "x", "train.py", "--lr", "0.1");
        Path manifest = folder.path().resolve("manifest.json");
        Files.writeString(
                manifest, Files.readString(manifest).replaceFirst("\\{", "{ \"newer\": [1],"));
        Manifest full =
                Manifest.begin("0.1.0", List.of("train.py"), "/home/x", STARTED)
                        .withName("final")
                        .withPins(3L, List.of("torch", "numpy"), 20L)
                        .withEnd(STARTED.plusSeconds(9), -9, "interrupted")
                        .withSummary(new Manifest.Summary(2, 31, 20, 0.25))
                        .withLastComparison(new Manifest.LastComparison("y", "diverged", 4L));
        folder.write(full);
        folder.writeEnvironment(
                Map.of(
                        "torch",
                        Map.of("threads", 2),
                        "packages",
                        List.of(List.of("numpy", "2.4"))));
        try (RunRecord record = folder.read()) {
            assertThat(record.manifest()).isEqualTo(full);
            assertThat(record.environment())
                    .containsExactly(
                            Map.entry("packages.numpy", "2.4"), Map.entry("torch.threads", "2"));
        }
        assertThat(Files.readString(manifest)).contains("\"newer\"");
        assertThat(folder.path().resolve("manifest.json.tmp")).doesNotExist();
    }

    @Test
    void theSummaryIsCountedWhenNobodyNotedIt() throws IOException {
        RunFolder folder = run(STARTED, "x", "train.py");
        try (OutputStream out = Files.newOutputStream(folder.streams().resolve("1.cbor"));
                EventWriter writer = new EventWriter(out)) {
            writer.write(new Event.Backward(0, null, 0.75, null));
            writer.write(
                    new Event.Step(0, 0, null, 0.5, null, null, Map.of(), List.of(), null, null));
            out.write(0xa1);
        }
        try (RunRecord record = folder.read()) {
            assertThat(record.summary()).isEqualTo(new Manifest.Summary(1, 3, 1, 0.5));
            assertThat(record.size()).isPositive();
        }
    }

    @Test
    void aPackedRunReadsLikeItsFolder() throws IOException {
        RunFolder folder = run(STARTED, "x", "train.py");
        try (EventWriter writer =
                new EventWriter(Files.newOutputStream(folder.streams().resolve("1.cbor")))) {
            writer.write(new Event.Limit(3));
        }
        Path zip = project.resolve("sent.lockstep");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (String name : List.of("manifest.json", "streams/1.cbor")) {
                out.putNextEntry(new ZipEntry(name));
                out.write(Files.readAllBytes(folder.path().resolve(name)));
            }
        }
        try (RunRecord record = store.open(zip.toString())) {
            assertThat(record.id()).isEqualTo("sent");
            assertThat(record.packed()).isTrue();
            assertThat(record.summary().events()).isEqualTo(2);
        }
    }

    @Test
    void aRecordThatCannotBeReadSaysWhy() throws IOException {
        RunFolder folder = run(STARTED, "x", "train.py");
        Path manifest = folder.path().resolve("manifest.json");
        String whole = Files.readString(manifest);
        why(manifest, whole.replace("\"format\" : 2", "\"format\" : 7"), Unreadable.Why.TOO_NEW);
        why(manifest, whole.replace("\"format\" : 2", "\"format\" : 1"), Unreadable.Why.TOO_OLD);
        why(manifest, whole.substring(0, 50), Unreadable.Why.INCOMPLETE);
        why(manifest, "", Unreadable.Why.INCOMPLETE);
        why(manifest, "{ \"format\" 1 }", Unreadable.Why.DAMAGED);
        why(manifest, "[1]", Unreadable.Why.DAMAGED);
        Files.delete(manifest);
        assertThatThrownBy(() -> RunRecord.open(folder.path()))
                .hasMessage("there is no manifest of a run at " + manifest);
        Path noise = project.resolve("noise.lockstep");
        Files.writeString(noise, "not a zip");
        assertThatThrownBy(() -> RunRecord.open(noise))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("is damaged: it is no packed run");
    }

    private static void why(Path manifest, String text, Unreadable.Why why) throws IOException {
        Files.writeString(manifest, text);
        assertThatThrownBy(() -> RunRecord.open(manifest.resolveSibling("")))
                .isInstanceOfSatisfying(
                        Unreadable.class, e -> assertThat(e.why()).as(text).isEqualTo(why));
    }
}
