package dev.lockstep.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.comparison.Comparison;
import dev.lockstep.comparison.Outcome;
import dev.lockstep.event.AgentSettings.Detail;
import dev.lockstep.event.Event;
import dev.lockstep.event.EventWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A million steps with 300 tensors stay below 200 MB, by the policy that the agent follows.
class LongRunTest {
    private static final Detail DETAIL = Detail.USUAL;

    @TempDir Path temp;

    /// The bytes of the events of so many steps, without what stands before and behind them, by the
    /// policy alone: events of one kind whose numbers are equally wide are equally long.
    private static long predicted(long steps) {
        LongRun run = new LongRun(-1);
        Map<List<Object>, Long> lengths = new HashMap<>();
        long bytes = 0;
        for (long n = 0; n < steps; n++) {
            long number = n;
            long pass = n / LongRun.PASS;
            long in = n % LongRun.PASS;
            if (in == 0) {
                bytes +=
                        lengths.computeIfAbsent(
                                List.of("loader", width(pass)),
                                _ -> length(LongRun.loader(number / LongRun.PASS)));
            }
            bytes +=
                    lengths.computeIfAbsent(
                            List.of(
                                    "batch",
                                    width(pass),
                                    width(in),
                                    DETAIL.detailedBatch(pass, in, n)),
                            _ -> length(LongRun.batch(number)));
            bytes +=
                    lengths.computeIfAbsent(
                            List.of(
                                    "step",
                                    width(n),
                                    DETAIL.gradients(n),
                                    DETAIL.parameters(n),
                                    DETAIL.detailed(n),
                                    (double) (float) (0.001 / (1 + n)) == 0.001 / (1 + n)),
                            _ -> length(run.step(number)));
            if (DETAIL.detailed(n)) {
                bytes +=
                        lengths.computeIfAbsent(
                                List.of("leaves", width(n)), _ -> length(LongRun.leaves(number)));
            }
        }
        return bytes;
    }

    private static long length(Event event) {
        return EventWriter.bytes(event).length;
    }

    /// How many bytes CBOR takes for a number.
    private static int width(long n) {
        return n < 24 ? 1 : n < 0x100 ? 2 : n < 0x10000 ? 3 : 5;
    }

    private static long written(long steps) throws IOException {
        LongRun.Counter counter = new LongRun.Counter();
        try (EventWriter writer = new EventWriter(counter)) {
            new LongRun(-1).write(writer, steps);
        }
        return counter.bytes;
    }

    @Test
    void aMillionStepsStayBelow200Megabytes() throws IOException {
        long around = written(0);
        // The number of steps stands in the last event too.
        long last = 2L * (width(30_000) - width(0));
        assertThat(written(30_000)).isEqualTo(around + last + predicted(30_000));
        assertThat(around + last + 4 + predicted(1_000_000)).isBetween(100_000_000L, 200_000_000L);
    }

    @Test
    void aDifferenceInTheLeftOutPartsIsSeenWithItsLine() throws IOException {
        LongRun.main(new String[] {temp.resolve("reference").toString(), "3000"});
        LongRun.main(new String[] {temp.resolve("candidate").toString(), "3000"});
        LongRun.main(new String[] {temp.resolve("parted").toString(), "3000", "2741"});
        try (RunRecord reference = RunRecord.open(temp.resolve("reference"));
                RunRecord candidate = RunRecord.open(temp.resolve("candidate"));
                RunRecord parted = RunRecord.open(temp.resolve("parted"))) {
            assertThat(new Comparison(reference.source(), candidate.source()).toEnd())
                    .isInstanceOfSatisfying(
                            Outcome.Agreed.class,
                            agreed -> assertThat(agreed.counts().steps()).isEqualTo(3000));
            assertThat(new Comparison(reference.source(), parted.source()).toEnd())
                    .isInstanceOfSatisfying(
                            Outcome.Parted.class,
                            found -> {
                                assertThat(found.divergence().step()).isEqualTo(2741);
                                assertThat(String.valueOf(found.divergence().site()))
                                        .contains("train.py");
                            });
        }
    }
}
