package dev.lockstep.benchmarks;

import dev.lockstep.event.Event;
import dev.lockstep.event.EventWriter;
import dev.lockstep.event.Fingerprint;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import dev.lockstep.record.Manifest;
import dev.lockstep.record.RunFolder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Takes a folder and a number of events, writes two equal records with so many events each, as a
/// long training run leaves them: a batch and a step in turn.
public final class MakeRecords {
    private MakeRecords() {}

    /// Writes `reference` and `candidate` into the folder.
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        long events = Long.parseLong(args[1]);
        for (String side : List.of("reference", "candidate")) {
            write(new RunFolder(folder.resolve(side)), events);
        }
    }

    private static void write(RunFolder run, long events) throws IOException {
        run.create();
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        run.write(
                Manifest.begin("0.1.0", List.of("train.py"), "/project", start)
                        .withEnd(start.plusSeconds(3600), 0, null));
        run.writeEnvironment(Map.of());
        run.writeAgent(Map.of("format", 1, "project", "/project"));
        Files.createFile(run.stdout());
        Files.createFile(run.stderr());
        try (OutputStream file =
                        new BufferedOutputStream(
                                Files.newOutputStream(run.streams().resolve("1-0.cbor")), 1 << 20);
                EventWriter writer = new EventWriter(file)) {
            writer.write(
                    new Event.Process(
                            1, 0, List.of("train.py"), new Role.Main(), "3.11.2", "python",
                            "/project", "exec", true, "0.1.0"));
            Site site = new Site("train.py", 48, "train");
            var indices = List.of(5L, 17L, 902L, 33L, 4L, 718L, 21L, 60L);
            for (long n = 0; 2 * n + 3 < events; n++) {
                writer.write(
                        new Event.Batch(
                                0, n / 1000, n % 1000, indices, print(5 * n), 8L, print(5 * n + 1),
                                List.of(), null, null));
                writer.write(
                        new Event.Step(
                                n, 0, print(5 * n + 2), 1.0 / (n + 1), print(5 * n + 3),
                                print(5 * n + 4), Map.of("torch", print(7 * n)), List.of(0.001),
                                null, site));
            }
            writer.write(new Event.End(0L, null, null, null, (events - 3) / 2, (events - 3) / 2));
        }
    }

    private static Fingerprint print(long n) {
        long z = n * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        return new Fingerprint(z ^ (z >>> 27));
    }
}
