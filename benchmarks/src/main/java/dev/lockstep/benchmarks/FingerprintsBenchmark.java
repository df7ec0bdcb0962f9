package dev.lockstep.benchmarks;

import dev.lockstep.event.Fingerprint;
import dev.lockstep.event.Fingerprints;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The reference implementation of fingerprints against a sum of the same memory.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FingerprintsBenchmark {
    private static final int BYTES = 16 << 20;

    private final ByteBuffer tensor = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /// Fills the memory.
    @Setup
    public void fill() {
        for (int i = 0; i < BYTES; i += 8) {
            tensor.putLong(i, i * 0x9E3779B97F4A7C15L);
        }
    }

    /// 16 MiB of float32.
    @Benchmark
    public Fingerprint fingerprint() {
        return Fingerprints.ofTensor("float32", List.of(BYTES / 4L), tensor);
    }

    /// The same memory as 64-bit integers, added up.
    @Benchmark
    public long sum() {
        LongBuffer lanes = tensor.asLongBuffer();
        long sum = 0;
        for (int i = 0; i < lanes.limit(); i++) {
            sum += lanes.get(i);
        }
        return sum;
    }
}
