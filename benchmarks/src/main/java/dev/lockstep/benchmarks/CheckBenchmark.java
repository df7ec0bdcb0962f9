package dev.lockstep.benchmarks;

import dev.lockstep.cli.Cli;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// `lockstep check` over one tree in a JVM that has checked it before, everything from the command
/// line to the written JSON: `-p tree=…/site-packages/torch`.
///
/// An iteration is one check. Run it with `-gc true`, so that each begins with the memory of an editor's
/// server that has been idle, not with the garbage of the check before.
///
/// `lines` are lines a second, those of files that hold nothing of interest included.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 8, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-Xmx1g", "-XX:+UseParallelGC"})
public class CheckBenchmark {
    @Param("examples")
    private String tree;

    private long lines;

    /// What was read.
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Read {
        public long lines;
    }

    /// Counts the lines.
    @Setup
    public void count() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(tree))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".py")).toList()) {
                for (byte b : Files.readAllBytes(file)) {
                    lines += b == '\n' ? 1 : 0;
                }
            }
        }
    }

    /// One check.
    @Benchmark
    public int check(Read read) {
        var nowhere = new PrintStream(OutputStream.nullOutputStream());
        var words = List.of("check", "--format", "json", "-o", "/dev/null", tree);
        int code =
                Cli.run(
                        words.toArray(String[]::new),
                        InputStream.nullInputStream(),
                        nowhere,
                        nowhere);
        if (code > 1) {
            throw new IllegalStateException("check ended with " + code);
        }
        read.lines += lines;
        return code;
    }
}
