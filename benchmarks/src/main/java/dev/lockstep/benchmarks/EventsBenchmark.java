package dev.lockstep.benchmarks;

import dev.lockstep.event.Event;
import dev.lockstep.event.EventReader;
import dev.lockstep.event.EventWriter;
import dev.lockstep.event.Fingerprint;
import dev.lockstep.event.Site;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Reading a stream of step events from memory.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EventsBenchmark {
    private static final int EVENTS = 10_000;

    private byte[] stream = new byte[0];

    /// Writes the stream.
    @Setup
    public void write() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (EventWriter writer = new EventWriter(bytes)) {
            for (long n = 0; n < EVENTS; n++) {
                Fingerprint print = new Fingerprint(n * 0x9E3779B97F4A7C15L);
                writer.write(
                        new Event.Step(
                                n, 0, print, 0.5, print, print, Map.of("torch", print),
                                List.of(0.001), null, new Site("train.py", 48, "train")));
            }
        }
        stream = bytes.toByteArray();
    }

    /// One event.
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public long read() throws IOException {
        long size = 0;
        try (EventReader reader =
                new EventReader(Channels.newChannel(new ByteArrayInputStream(stream)), "memory")) {
            for (var item = reader.poll(); item != null; item = reader.poll()) {
                size++;
            }
        }
        return size;
    }
}
