package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.event.Event;
import dev.lockstep.event.EventSource;
import dev.lockstep.event.Item;
import dev.lockstep.record.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two records that were written once, packed, and never change: whoever changes what a record is
/// must go on reading them, or give the format a new number.
///
/// Both are of one script with a loader's worker on torch 1.13, the second with another learning
/// rate. When the format gets a new number they stay here, beside two of the new one, and the test
/// says what becomes of them.
class FrozenRecordsTest {
    @TempDir Path temp;
    Sandbox sandbox;

    @BeforeEach
    void unpacked() throws IOException {
        sandbox = new Sandbox(temp);
        for (var name : new String[] {"first.lockstep", "second.lockstep"}) {
            try (var in =
                    FrozenRecordsTest.class.getResourceAsStream(
                            "/dev/lockstep/record/format-2/" + name)) {
                Files.copy(in, sandbox.folder.resolve(name));
            }
        }
    }

    @Test
    void everyEventIsRead() throws IOException {
        var kinds = new TreeMap<String, Integer>();
        try (var record = RunRecord.open(sandbox.folder.resolve("first.lockstep"))) {
            for (EventSource source : record.source().processes()) {
                while (source.next() instanceof Item item) {
                    kinds.merge(item.kind(), 1, Integer::sum);
                    assertThat(item.event()).as(item.kind()).isNotInstanceOf(Event.Other.class);
                }
            }
            assertThat(record.summary())
                    .isEqualTo(
                            new dev.lockstep.record.Manifest.Summary(3, 57, 4, 5.114347457885742));
            assertThat(record.manifest().note()).isEqualTo("frozen: format 2");
            assertThat(record.code()).containsOnlyKeys("train.py");
            assertThat(record.dataFiles()).extracting("path").containsExactly("data.csv");
        }
        assertThat(kinds)
                .containsEntry("step", 4)
                .containsEntry("leaves", 4)
                .containsEntry("batch", 4)
                .containsEntry("loader", 2)
                .containsEntry("optimizer", 1)
                .containsEntry("seed", 7)
                .containsEntry("save", 1)
                .containsEntry("state", 2)
                .containsEntry("end", 3);
    }

    @Test
    void itIsShown() {
        var answer = sandbox.run("show", "first.lockstep");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.out())
                .contains("started     2026-11-25 23:35:01 UTC, took 11.4 s\n")
                .contains("python      3.11.2 · torch 1.13.0a0 · 1 thread\n")
                .contains("4 steps  4 batches")
                .contains("worker 0 of train.py:27, 2 passes")
                .contains("data        data.csv  30 B\n")
                .contains("seeds       train.py:23         torch with 3\n")
                .contains("saved       train.py:35         model.pt\n")
                .contains("last loss   5.114\n");
        var dump = sandbox.run("dump", "first.lockstep");
        assertThat(dump.code()).as(dump.all()).isZero();
        assertThat(dump.out().lines())
                .anyMatch(
                        line -> line.contains("\"k\":\"step\"") && line.contains("\"gradients\""));
    }

    @Test
    void itIsCompared() {
        var same = sandbox.run("diff", "first.lockstep", "first.lockstep");
        assertThat(same.code()).as(same.all()).isZero();
        assertThat(same.out()).contains("✓ The two runs agree bit for bit: 4 steps, 57 tensors.");
        var other = sandbox.run("diff", "first.lockstep", "second.lockstep");
        assertThat(other.code()).as(other.all()).isEqualTo(1);
        assertThat(other.out())
                .containsSubsequence("LS405", "command", "train.py --lr 0.02")
                .contains("✗ The two runs part at step 0, in the learning rate.")
                .contains("train.py:33")
                .contains("reference   [0.01]      candidate   [0.02]")
                .contains("first differ at step 1: 5.5518693923950195 and 37.13393020629883");
    }

    @Test
    void itIsImported() {
        var answer = sandbox.run("import", "first.lockstep");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(sandbox.run("show", "20261125-233501-train").code()).isZero();
        assertThat(sandbox.run("diff", "first", "first.lockstep").code()).isZero();
    }
}
