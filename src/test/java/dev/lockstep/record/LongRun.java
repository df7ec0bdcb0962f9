package dev.lockstep.record;

import dev.lockstep.event.AgentSettings.Detail;
import dev.lockstep.event.Event;
import dev.lockstep.event.EventWriter;
import dev.lockstep.event.Fingerprint;
import dev.lockstep.event.Leaf;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A training that never was, as the agent would have recorded it: one loader with workers, one
/// optimizer over 300 tensors, three seeded generators, passes of 1000 batches.
///
/// Run it by hand to get such a record in a folder: `LongRun FOLDER STEPS [STEP-THAT-DIFFERS]`.
public final class LongRun {
    static final int TENSORS = 300;
    static final int PASS = 1000;

    private static final Detail DETAIL = Detail.USUAL;
    private static final Site SITE = new Site("src/experiment/train.py", 148, "train_one_epoch");

    private final long differFrom;

    /// @param differFrom from this step on losses and gradients are others; -1 for never
    LongRun(long differFrom) {
        this.differFrom = differFrom;
    }

    /// Writes a record.
    public static void main(String[] args) throws IOException {
        RunFolder run = new RunFolder(Path.of(args[0]));
        long steps = Long.parseLong(args[1]);
        run.create();
        Instant start = Instant.parse("2026-11-23T04:41:07Z");
        run.write(
                Manifest.begin("0.1.0", List.of("train.py"), "/project", start)
                        .withEnd(start.plusSeconds(86_400), 0, null));
        run.writeEnvironment(Map.of());
        run.writeAgent(Map.of("format", 1, "project", "/project"));
        Files.createFile(run.stdout());
        Files.createFile(run.stderr());
        try (EventWriter writer =
                new EventWriter(
                        new BufferedOutputStream(
                                Files.newOutputStream(run.streams().resolve("1-0.cbor")),
                                1 << 20))) {
            new LongRun(args.length > 2 ? Long.parseLong(args[2]) : -1).write(writer, steps);
        }
    }

    /// Writes the stream of so many steps.
    void write(EventWriter writer, long steps) throws IOException {
        writer.write(
                new Event.Process(
                        1,
                        0,
                        List.of("train.py"),
                        new Role.Main(),
                        "3.12.3",
                        "python",
                        "/project",
                        "exec",
                        false,
                        "0.1.0"));
        List<String> names = new ArrayList<>();
        List<List<Long>> shapes = new ArrayList<>();
        for (int i = 0; i < TENSORS; i++) {
            names.add("layers." + i / 2 + (i % 2 == 0 ? ".weight" : ".bias"));
            shapes.add(List.of(64L, 64L));
        }
        writer.write(
                new Event.OptimizerMade(
                        0,
                        "AdamW",
                        TENSORS,
                        names,
                        shapes,
                        List.of(),
                        Map.of(),
                        print(0, 0),
                        List.of(),
                        SITE));
        for (long n = 0; n < steps; n++) {
            if (n % PASS == 0) {
                writer.write(loader(n / PASS));
            }
            writer.write(batch(n));
            writer.write(step(n));
            if (DETAIL.detailed(n)) {
                writer.write(leaves(n));
            }
        }
        writer.write(new Event.End(0L, null, null, null, steps, steps));
    }

    static Event loader(long pass) {
        return new Event.Loader(
                0,
                pass,
                64L,
                4,
                "RandomSampler",
                true,
                false,
                false,
                false,
                false,
                true,
                64_000L,
                SITE);
    }

    static Event batch(long n) {
        boolean detailed = DETAIL.detailedBatch(n / PASS, n % PASS, n);
        List<Long> indices = new ArrayList<>();
        for (long i = 0; i < 64; i++) {
            indices.add(30_000 + (n * 64 + i) * 7919 % 30_000);
        }
        return new Event.Batch(
                0,
                n / PASS,
                n % PASS,
                detailed ? indices : null,
                print(n, 1),
                64L,
                print(n, 2),
                detailed
                        ? List.of(new Leaf("0", print(n, 3)), new Leaf("1", print(n, 4)))
                        : List.of(),
                n % 4,
                null);
    }

    Event step(long n) {
        long salt = differFrom >= 0 && n >= differFrom ? 100 : 0;
        Map<String, Fingerprint> generators = new LinkedHashMap<>();
        for (String name : List.of("numpy", "python", "torch")) {
            generators.put(name, print(name.equals("torch") ? n : 0, name.length()));
        }
        return new Event.Step(
                n,
                0,
                print(n, 5 + salt),
                (double) (1f / (n + 1)),
                DETAIL.gradients(n) ? print(n, 6 + salt) : null,
                DETAIL.parameters(n) ? print(n, 7 + salt) : null,
                DETAIL.gradients(n) ? generators : Map.of(),
                List.of(0.001 / (1 + n)),
                null,
                DETAIL.detailed(n) ? SITE : null);
    }

    static Event leaves(long n) {
        List<Leaf> gradients = new ArrayList<>();
        List<Leaf> parameters = new ArrayList<>();
        for (int i = 0; i < TENSORS; i++) {
            gradients.add(new Leaf(null, print(n, 1000 + i)));
            parameters.add(new Leaf(null, print(n, 2000 + i)));
        }
        return new Event.Leaves(n, 0, gradients, parameters);
    }

    private static Fingerprint print(long n, long what) {
        long z = (n * 4096 + what) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        return new Fingerprint(z ^ (z >>> 27));
    }

    /// Counts bytes and keeps none.
    static final class Counter extends OutputStream {
        long bytes;

        @Override
        public void write(int one) {
            bytes++;
        }

        @Override
        public void write(byte[] some, int from, int length) {
            bytes += length;
        }
    }
}
