package dev.lockstep.comparison;

import static dev.lockstep.comparison.Synthetic.mix;

import dev.lockstep.event.Event;
import dev.lockstep.event.EventWriter;
import dev.lockstep.event.Role;
import dev.lockstep.event.StreamFolder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Writes two long records and times their comparison. Run it by hand, with the heap that is promised:
///
///     java -Xmx512m -cp target/classes:target/test-classes:<jars> dev.lockstep.comparison.ComparisonBenchmark 5000000
///
/// The number counts the events in each record.
final class ComparisonBenchmark {
    private ComparisonBenchmark() {}

    public static void main(String[] args) throws IOException {
        long events = args.length > 0 ? Long.parseLong(args[0]) : 5_000_000;
        Path folder = Files.createTempDirectory("lockstep-benchmark");
        try {
            write(folder.resolve("reference"), events, Long.MAX_VALUE);
            write(folder.resolve("candidate"), events, Long.MAX_VALUE);
            write(folder.resolve("parted"), events, events / 2 - 10);
            long bytes = Files.size(folder.resolve("reference").resolve("main.cbor"));
            System.out.printf(
                    Locale.ROOT,
                    "%d events, %.1f MB a record, heap %d MB%n",
                    events,
                    bytes / 1e6,
                    Runtime.getRuntime().maxMemory() >> 20);
            for (int round = 0; round < 5; round++) {
                time(folder.resolve("reference"), folder.resolve("candidate"));
            }
            time(folder.resolve("reference"), folder.resolve("parted"));
        } finally {
            for (String run : new String[] {"reference", "candidate", "parted"}) {
                Files.deleteIfExists(folder.resolve(run).resolve("main.cbor"));
                Files.deleteIfExists(folder.resolve(run));
            }
            Files.deleteIfExists(folder);
        }
    }

    private static void time(Path reference, Path candidate) throws IOException {
        long start = System.nanoTime();
        try (StreamFolder left = new StreamFolder(reference, () -> true, () -> 0);
                StreamFolder right = new StreamFolder(candidate, () -> true, () -> 0)) {
            Outcome outcome = new Comparison(left, right).toEnd();
            System.out.printf(
                    Locale.ROOT,
                    "%.2f s  %s  %s%n",
                    (System.nanoTime() - start) / 1e9,
                    outcome.getClass().getSimpleName(),
                    outcome.counts());
        }
    }

    /// Half batches, half steps, as a training gives them; from a step on the loss differs.
    static void write(Path folder, long events, long differFrom) throws IOException {
        Files.createDirectories(folder);
        try (OutputStream out =
                        new BufferedOutputStream(
                                Files.newOutputStream(folder.resolve("main.cbor")), 1 << 16);
                EventWriter writer = new EventWriter(out)) {
            writer.write(Synthetic.process(1, 0, new Role.Main()));
            writer.write(Synthetic.seed("torch", 0L));
            writer.write(Synthetic.optimizer(0));
            writer.write(Synthetic.loader(0, 0));
            for (long n = 0; n < events / 2; n++) {
                writer.write(Synthetic.batch(0, 0, n));
                Event.Step step = Synthetic.step(n, 0);
                @Nullable Event changed =
                        n < differFrom
                                ? null
                                : new Event.Step(
                                        n,
                                        0,
                                        mix(1, n),
                                        0.5,
                                        mix(2, n),
                                        null,
                                        step.generators(),
                                        step.lr(),
                                        null,
                                        step.site());
                writer.write(changed == null ? step : changed);
            }
            writer.write(Synthetic.end(0, null));
        }
    }
}
