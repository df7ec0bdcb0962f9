package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.event.Event;
import dev.lockstep.event.EventWriter;
import dev.lockstep.event.Fingerprint;
import dev.lockstep.event.Leaf;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import dev.lockstep.record.Manifest;
import dev.lockstep.record.RunFolder;
import dev.lockstep.record.RunRecord;
import dev.lockstep.record.RunStore;
import dev.lockstep.record.RunUse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `runs`, `show`, `dump` and `diff` over records that no Python wrote.
class RecordCommandsTest {
    private static final Instant STARTED = Instant.parse("2026-11-23T04:41:07Z");
    private static final Site LOADER = new Site("train.py", 2, "main");
    private static final Site STEP = new Site("train.py", 3, "main");

    @TempDir Path folder;
    private String out = "";
    private String err = "";

    private int lockstep(String... args) {
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        int code =
                Cli.run(
                        args,
                        new Surroundings(
                                InputStream.nullInputStream(),
                                new PrintStream(outBytes, true, StandardCharsets.UTF_8),
                                new PrintStream(errBytes, true, StandardCharsets.UTF_8),
                                Map.of(),
                                folder,
                                null,
                                false,
                                false,
                                false));
        out = outBytes.toString(StandardCharsets.UTF_8);
        err = errBytes.toString(StandardCharsets.UTF_8);
        return code;
    }

    private RunFolder record(
            Instant started, String name, List<String> command, String numpy, List<Event> events)
            throws IOException {
        RunFolder run = RunStore.of(folder).create(started, command);
        run.write(
                Manifest.begin("0.1.0", command, "/home/experiment", started)
                        .withName(name)
                        .withPins(0L, List.of("torch"), null)
                        .withEnd(started.plusMillis(12_300), 0, null));
        run.writeEnvironment(
                Map.of(
                        "machine", Map.of("cpu", "Example CPU"),
                        "packages", List.of(List.of("numpy", numpy))));
        Files.writeString(run.stdout(), "epoch 0 took 1.2 s\n");
        try (EventWriter writer =
                new EventWriter(Files.newOutputStream(run.streams().resolve("17-0.cbor")))) {
            for (Event event : events) {
                writer.write(event);
            }
        }
        return run;
    }

    private static Fingerprint mix(long value) {
        return new Fingerprint(value * 0x9e3779b97f4a7c15L);
    }

    private static List<Event> training(int steps, long salt) {
        List<Event> events =
                new ArrayList<>(
                        List.of(
                                new Event.Process(
                                        17,
                                        1,
                                        List.of("train.py"),
                                        new Role.Main(),
                                        "3.11.2",
                                        "python3",
                                        "/x",
                                        "exec",
                                        false,
                                        "1"),
                                new Event.Torch("2.13.0", 2, 2, 0, null, null, Map.of()),
                                new Event.Seed("torch", List.of(0L), STEP, null, 0),
                                new Event.Draw(
                                        "numpy",
                                        "numpy.random.rand",
                                        STEP,
                                        null,
                                        "augmentation",
                                        0,
                                        null),
                                new Event.Loader(
                                        0,
                                        0,
                                        64L,
                                        0,
                                        "RandomSampler",
                                        true,
                                        false,
                                        false,
                                        false,
                                        false,
                                        true,
                                        640L,
                                        LOADER)));
        for (int n = 0; n < steps; n++) {
            long value = n < 1 ? n : n + salt;
            events.add(
                    new Event.Batch(
                            0,
                            0,
                            n,
                            List.of(value + 5, 17L),
                            mix(value + 1),
                            2L,
                            mix(value + 2),
                            List.of(new Leaf("0", mix(value + 3))),
                            null,
                            null));
            events.add(
                    new Event.Step(
                            n,
                            0,
                            mix(value + 4),
                            1.0 / (n + 1),
                            mix(value + 5),
                            mix(value + 6),
                            Map.of(),
                            List.of(0.1),
                            null,
                            STEP));
        }
        events.add(
                new Event.Save(
                        "model.pt", "torch.save", mix(salt), List.of(), STEP, false, false, false));
        events.add(new Event.End(0L, null, null, null, steps, steps));
        return events;
    }

    @BeforeEach
    void records() throws IOException {
        Files.writeString(
                folder.resolve("train.py"), "import torch\nloader = DataLoader(d)\nstep()\n");
        RunFolder first =
                record(
                        STARTED,
                        "baseline",
                        List.of("train.py", "--lr", "0.1"),
                        "1.26.4",
                        training(3, 0));
        first.write(
                first.read()
                        .manifest()
                        .withLastComparison(new Manifest.LastComparison("x", "diverged", 1L)));
        record(
                STARTED.plusSeconds(60),
                "again",
                List.of("train.py", "--lr", "0.1"),
                "1.26.4",
                training(3, 0));
        record(
                STARTED.plusSeconds(120),
                "newer",
                List.of("train.py", "--lr", "0.1"),
                "2.4.6",
                training(3, 40));
    }

    @Test
    void runsIsATable() {
        assertThat(lockstep("runs")).isZero();
        assertThat(out.replaceAll("[0-9.]+ kB", "1.5 kB"))
                .isEqualTo(
                        """
                        RUN                    NAME      WHEN (UTC)        COMMAND            STEPS  LAST LOSS  LAST COMPARISON       SIZE
                        20261123-044107-train  baseline  2026-11-23 04:41  train.py --lr 0.1      3     0.3333  diverged at step 1  1.5 kB
                        20261123-044207-train  again     2026-11-23 04:42  train.py --lr 0.1      3     0.3333  –                   1.5 kB
                        20261123-044307-train  newer     2026-11-23 04:43  train.py --lr 0.1      3     0.3333  –                   1.5 kB
                        """);
        assertThat(lockstep("runs", "--json")).isZero();
        assertThat(out)
                .startsWith("{\n  \"runs\" : [ {\n    \"id\" : \"20261123-044107-train\",")
                .contains("\"last_loss\" : 0.3333333333333333")
                .contains("\"verdict\" : \"diverged\"");
    }

    @Test
    void runsSaysWhatCannotBeRead() throws IOException {
        Path damaged = folder.resolve(".lockstep/runs/20261123-044207-train");
        Files.write(damaged.resolve("streams/17-0.cbor"), new byte[] {1, 2, 3});
        Files.writeString(
                folder.resolve(".lockstep/runs/20261123-044307-train/manifest.json"), "{");
        assertThat(lockstep("runs")).isZero();
        assertThat(out)
                .contains(
                        "17-0.cbor is damaged: at byte 0, event 0, stands an item that is not a map")
                .contains("manifest.json is incomplete: it stops after 1 bytes");
        assertThat(lockstep("runs", "--in", "elsewhere")).isZero();
        assertThat(out)
                .isEqualTo(
                        """
                        no runs here
                        next:  lockstep run SCRIPT.py      records one
                        """);
    }

    @Test
    void showTellsWhatARunWasAndDid() {
        assertThat(lockstep("show", "baseline")).isZero();
        assertThat(out.replaceAll("[0-9.]+ kB", "1.5 kB"))
                .isEqualTo(
                        """
                        run         20261123-044107-train  (baseline)
                        command     train.py --lr 0.1
                        folder      /home/experiment
                        started     2026-11-23 04:41:07 UTC, took 12.3 s
                        ended       exit status 0
                        pins        torch  with seed 0
                        python      3.11.2 · torch 2.13.0 · 2 threads
                        processes   main  3 steps  3 batches  14 events  exit status 0
                        seeds       train.py:3          torch with 0
                        unseeded    train.py:3          numpy, numpy.random.rand, for augmentation
                        loaders     train.py:2          batches of 64, 640 samples, 0 workers, shuffled
                        saved       train.py:3          model.pt, without generator states
                        last loss   0.3333
                        compared    with x: diverged at step 1
                        size        1.5 kB
                        next:  lockstep dump 20261123-044107-train      every event as a line of JSON
                        """);
        assertThat(lockstep("show", "nothing")).isEqualTo(2);
        assertThat(err).isEqualTo("lockstep: there is no run at nothing; see `lockstep runs`\n");
    }

    @Test
    void showCountsThePassesOfAWorkerAndNotItsStreams() throws IOException {
        List<Event> events = new ArrayList<>(training(3, 0));
        Event.Loader first = (Event.Loader) events.get(4);
        for (int pass = 1; pass < 3; pass++) {
            events.add(4 + pass, pass(first, pass));
        }
        RunFolder run =
                record(STARTED.plusSeconds(300), "epochs", List.of("train.py"), "1.26.4", events);
        // The third pass left no stream: its worker had nothing new to tell.
        for (int pass = 0; pass < 2; pass++) {
            try (EventWriter writer =
                    new EventWriter(
                            Files.newOutputStream(
                                    run.streams().resolve((18 + pass) + "-0.cbor")))) {
                writer.write(
                        new Event.Process(
                                18 + pass,
                                17,
                                List.of("train.py"),
                                new Role.Worker(0, pass, 0),
                                "3.11.2",
                                "python3",
                                "/x",
                                "fork",
                                false,
                                "1"));
                if (pass == 0) {
                    writer.write(new Event.End(0L, null, null, null, 0, 0));
                }
            }
        }
        assertThat(lockstep("show", "epochs")).isZero();
        assertThat(out.lines().filter(line -> line.contains("worker 0")).map(String::strip))
                .singleElement()
                .asString()
                .matches(
                        "worker 0 of train.py:2, 3 passes +5 events  exit status 0 or no end in its stream");
    }

    private static Event.Loader pass(Event.Loader loader, long iterator) {
        return new Event.Loader(
                loader.loader(),
                iterator,
                loader.batchSize(),
                loader.workers(),
                loader.sampler(),
                loader.shuffles(),
                loader.generator(),
                loader.workerInitFn(),
                loader.persistentWorkers(),
                loader.dropLast(),
                loader.inOrder(),
                loader.length(),
                loader.site());
    }

    @Test
    void dumpPrintsEventsAsJsonLines() {
        assertThat(lockstep("dump", "baseline", "--process", "main", "--kind", "seed,batch"))
                .isZero();
        assertThat(out.lines().toList())
                .hasSize(4)
                .first()
                .isEqualTo(
                        "{\"process\":\"17-0\",\"k\":\"seed\",\"generator\":\"torch\",\"args\":[0],"
                                + "\"site\":[\"train.py\",3,\"main\"],\"via\":null,\"ordinal\":0}");
        assertThat(out).contains("\"content\":\"" + mix(2).hex() + "\"");
        assertThat(lockstep("dump", "baseline", "--process", "rank 7")).isEqualTo(2);
        assertThat(err)
                .isEqualTo(
                        """
                        lockstep: no process of 20261123-044107-train is called rank 7
                          its processes: main
                        """);
    }

    @Test
    void dumpOfARunThatWasCutOffPrintsWhatIsWhole() throws IOException {
        Path stream = folder.resolve(".lockstep/runs/20261123-044107-train/streams/17-0.cbor");
        byte[] bytes = Files.readAllBytes(stream);
        Files.write(stream, java.util.Arrays.copyOf(bytes, bytes.length - 3));
        assertThat(lockstep("dump", "baseline")).isEqualTo(2);
        assertThat(out.lines()).hasSize(13);
        assertThat(err)
                .isEqualTo(
                        "lockstep: 17-0 is incomplete: it stops in the middle of an event; every event"
                                + " before that is printed\n");
    }

    @Test
    void diffOfEqualRunsAgrees() {
        assertThat(lockstep("diff", "baseline", "again")).isZero();
        assertThat(out)
                .isEqualTo(
                        """
                        reference  20261123-044107-train  baseline  2026-11-23 04:41  train.py --lr 0.1
                        candidate  20261123-044207-train  again     2026-11-23 04:42  train.py --lr 0.1

                        Nothing that was noted around the runs differs.

                        ✓ The two runs agree bit for bit: 3 steps, 13 tensors.
                        """);
    }

    @Test
    void diffNamesWhatChangedAndWhereTheRunsPart() {
        assertThat(lockstep("diff", "baseline", "newer")).isEqualTo(1);
        assertThat(out)
                .startsWith(
                        """
                        reference  20261123-044107-train  baseline  2026-11-23 04:41  train.py --lr 0.1
                        candidate  20261123-044307-train  newer     2026-11-23 04:43  train.py --lr 0.1

                        Around the runs differs:
                                                 reference  candidate
                          LS403  package  numpy  1.26.4     2.4.6

                        ✗ The two runs part at step 1, in a batch.
                            train.py:2   loader = DataLoader(d)
                        """)
                .contains("6, 17")
                .contains("46, 17");
        assertThat(lockstep("diff", "baseline", "newer", "--json", "-")).isEqualTo(1);
        assertThat(out)
                .startsWith("{\n  \"lockstep\" : \"0.1.0\",\n  \"verdict\" : \"diverged\"")
                .contains("\"what\" : \"numpy\"");
    }

    /// The file has another line there by now, or is nowhere on this machine.
    @Test
    void diffShowsTheLineThatRan() throws IOException {
        var code = store().runs().resolve(store().ids().getFirst()).resolve("code");
        Files.createDirectories(code);
        Files.writeString(
                code.resolve("train.py"), "import torch\nloader = as_it_was(d)\nstep()\n");
        Files.writeString(folder.resolve("train.py"), "import torch\n# moved\nloader()\n");
        assertThat(lockstep("diff", "baseline", "newer")).isEqualTo(1);
        assertThat(out).contains("train.py:2   loader = as_it_was(d)\n");
        assertThat(lockstep("export", "baseline", "-o", "b.lockstep")).isZero();
        Files.delete(folder.resolve("train.py"));
        assertThat(lockstep("diff", "b.lockstep", "newer")).isEqualTo(1);
        assertThat(out).contains("train.py:2   loader = as_it_was(d)\n");
    }

    private RunStore store() {
        return RunStore.of(folder);
    }

    @Test
    void diffShowsTheCodeAndHowFarApartTheLossesAre() throws IOException {
        RunFolder far =
                record(
                        STARTED.plusSeconds(180),
                        "far",
                        List.of("train.py", "--lr", "0.1"),
                        "1.26.4",
                        training(3, 0).stream()
                                .map(event ->
                                        event instanceof Event.Step step && step.n() > 0
                                                ? new Event.Step(
                                                        step.n(),
                                                        0,
                                                        mix(99 + step.n()),
                                                        1.0 / (step.n() + 1) + step.n() * 0.25,
                                                        step.gradients(),
                                                        step.parameters(),
                                                        Map.of(),
                                                        List.of(0.1),
                                                        null,
                                                        STEP)
                                                : event)
                                .toList());
        Path baseline = folder.resolve(".lockstep/runs/20261123-044107-train");
        for (Path run : List.of(baseline, far.path())) {
            Files.createDirectories(run.resolve("code"));
            Files.writeString(
                    run.resolve("code/model.py"),
                    "width = 8\nscale = " + (run.equals(baseline) ? "1" : "2\u001b[31m") + "\n");
        }
        assertThat(lockstep("diff", "baseline", "far", "--json", "d.json")).isEqualTo(1);
        assertThat(out)
                .isEqualTo(
                        """
                        reference  20261123-044107-train  baseline  2026-11-23 04:41  train.py --lr 0.1
                        candidate  20261123-044407-train  far       2026-11-23 04:44  train.py --lr 0.1

                        Around the runs differs:
                                                 reference     candidate
                          LS401  code  model.py  HASH1         HASH2

                        --- a/model.py
                        +++ b/model.py
                        @@ -1,2 +1,2 @@
                         width = 8
                        -scale = 1
                        +scale = 2\\u001b[31m

                        ✗ The two runs part at step 1, in the loss.
                            train.py:3   step()
                              reference   loss 0.5      candidate   loss 0.75

                          losses     first differ at step 1: 0.5 and 0.75, 0.25 apart
                                     furthest apart at step 2: 0.3333333333333333 and 0.8333333333333333, 0.50 apart
                        """
                                .replace("HASH1       ", hash(baseline))
                                .replace("HASH2", hash(far.path())));
        assertThat(Files.readString(folder.resolve("d.json")))
                .contains("\"file\" : \"model.py\"", "-scale = 1\\n")
                .contains("\"candidate\" : 0.8333333333333333");
    }

    private static String hash(Path run) throws IOException {
        return RunRecord.sha256(Files.readAllBytes(run.resolve("code/model.py"))).substring(0, 12);
    }

    @Test
    void aRecordOfANewerFormatIsNotGuessedAt() throws IOException {
        Path manifest = folder.resolve(".lockstep/runs/20261123-044107-train/manifest.json");
        Files.writeString(
                manifest, Files.readString(manifest).replace("\"format\" : 2", "\"format\" : 7"));
        for (String[] command :
                List.of(
                        new String[] {"rerun", "20261123-044107-train"},
                        new String[] {"diff", "20261123-044107-train", "again"})) {
            assertThat(lockstep(command)).isEqualTo(2);
            assertThat(err).contains("format 7").contains("format 2").doesNotContain("Exception");
        }
    }

    /// A record as the first format had it, kept for ever; its fingerprints were others.
    @Test
    void aRecordOfAnOlderFormatIsTooOld() throws IOException {
        Path frozen = Path.of("src/test/resources/dev/lockstep/record/format-1");
        Path run = folder.resolve(".lockstep/runs/20261125-204303-train");
        try (Stream<Path> files = Files.walk(frozen)) {
            for (Path file : files.sorted().toList()) {
                Files.copy(file, run.resolve(frozen.relativize(file).toString()));
            }
        }
        for (String[] command :
                List.of(
                        new String[] {"show", "20261125-204303-train"},
                        new String[] {"dump", "20261125-204303-train"},
                        new String[] {"rerun", "20261125-204303-train"},
                        new String[] {"diff", "20261125-204303-train", "again"})) {
            assertThat(lockstep(command)).isEqualTo(2);
            assertThat(err)
                    .contains(
                            "is too old: it has format 1 and this Lockstep reads from format 2 on")
                    .contains("read it with the Lockstep that wrote it");
        }
    }

    @Test
    void aRunThatGoesOnIsNeitherComparedNorDoneAgain() throws IOException {
        RunFolder going = new RunFolder(folder.resolve(".lockstep/runs/20261123-044207-train"));
        try (RunUse use = RunUse.writing(going.path())) {
            assertThat(use).isNotNull();
            assertThat(lockstep("diff", "baseline", "again")).isEqualTo(2);
            assertThat(err)
                    .isEqualTo(
                            """
                            lockstep: the run 20261123-044207-train is still going on
                              wait for its end, or stop it; lockstep show 20261123-044207-train says how far it is
                            """);
            assertThat(lockstep("rerun", "again")).isEqualTo(2);
            assertThat(err).contains("is still going on");
        }
        assertThat(lockstep("diff", "baseline", "again")).isZero();
    }

    @Test
    void rerunSaysWhereTheScriptIsMissing() throws IOException {
        Files.delete(folder.resolve("train.py"));
        assertThat(lockstep("rerun", "baseline")).isEqualTo(2);
        assertThat(err)
                .contains("lockstep: train.py is not in " + folder)
                .contains("the run was made in /home/experiment")
                .contains("lockstep rerun baseline --in DIR");
        assertThat(lockstep("rerun", "baseline", "--in", "nowhere")).isEqualTo(2);
        assertThat(err).contains("lockstep: --in nowhere is no folder");
    }

    @Test
    void diffOfPrintedTextCountsOnlyWhatIsNoTime() throws IOException {
        Path printed = folder.resolve(".lockstep/runs/20261123-044207-train/stdout.log");
        Files.writeString(printed, "epoch 0 took 97.1 s\n");
        assertThat(lockstep("diff", "baseline", "again")).isZero();
        Files.writeString(printed, "epoch 1 took 97.1 s\n");
        assertThat(lockstep("diff", "baseline", "again")).isEqualTo(1);
        assertThat(out).contains("epoch 0 took 1.2 s").contains("epoch 1 took 97.1 s");
    }

    @Test
    void diffWithADamagedOrCutRecordCannotTell() throws IOException {
        Path stream = folder.resolve(".lockstep/runs/20261123-044207-train/streams/17-0.cbor");
        byte[] bytes = Files.readAllBytes(stream);
        Files.write(stream, java.util.Arrays.copyOf(bytes, bytes.length - 200));
        assertThat(lockstep("diff", "baseline", "again")).isEqualTo(2);
        assertThat(out)
                .contains("the candidate was cut off after 2 steps; up to there the runs agree");
        bytes[bytes.length - 200] = (byte) 0xff;
        bytes[0] = 0x41;
        Files.write(stream, bytes);
        assertThat(lockstep("diff", "baseline", "again")).isEqualTo(2);
        assertThat(out).contains("is damaged");
    }
}
