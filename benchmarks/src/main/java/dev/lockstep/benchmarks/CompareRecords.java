package dev.lockstep.benchmarks;

import dev.lockstep.comparison.Comparison;
import dev.lockstep.comparison.Outcome;
import dev.lockstep.record.RunRecord;
import java.io.IOException;
import java.nio.file.Path;

/// Takes two records, compares them to their ends in this JVM, and prints what it found and how long
/// it took.
public final class CompareRecords {
    private CompareRecords() {}

    /// Compares the runs in two folders.
    public static void main(String[] args) throws IOException {
        long start = System.nanoTime();
        try (RunRecord reference = RunRecord.open(Path.of(args[0]));
                RunRecord candidate = RunRecord.open(Path.of(args[1]))) {
            Outcome outcome = new Comparison(reference.source(), candidate.source()).toEnd();
            System.out.printf(
                    "%s %s %.2f s, heap at most %d MB%n",
                    outcome.getClass().getSimpleName(),
                    outcome.counts(),
                    (System.nanoTime() - start) / 1e9,
                    Runtime.getRuntime().maxMemory() >> 20);
        }
    }
}
