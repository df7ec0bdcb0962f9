package dev.lockstep.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClockRateTest {
    @ParameterizedTest
    @CsvSource({
        "done 12.00, done 18.00",
        "done after 3 epochs: 12.00 loss 0.51, done after 3 epochs: 18.00 loss 0.51",
        "0.25 per second, 0.17 per second",
        "mean 1.3333333, mean 2.0",
        "4.0e3, 6.0e3",
        "total 100, total 150",
        "same 7, same 7"
    })
    void aNumberThatDiffersAsTheClocksIsATime(String reference, String candidate) {
        assertThat(ClockRate.explains(reference, candidate, 1.5)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "median 0.517432, median 0.483112",
        "label 1, label 2",
        "best 0.5, best 0.8",
        "0.0, 0.1",
        "12.00 a, 18.00 b",
        "12.00, 18.00 7",
        "12.00 7, 18.00",
        "epoch 3: 12.00, epoch 4: 18.00"
    })
    void anotherDifferenceIsAResult(String reference, String candidate) {
        assertThat(ClockRate.explains(reference, candidate, 1.5)).isFalse();
    }

    @Property
    void everyDurationIsRecognisedHoweverItIsRounded(
            @ForAll @DoubleRange(min = 10, max = 1e6) double seconds,
            @ForAll @IntRange(min = 1, max = 9) int decimals) {
        var format = "took %." + decimals + "f";
        assertThat(
                        ClockRate.explains(
                                String.format(Locale.ROOT, format, seconds),
                                String.format(Locale.ROOT, format, seconds * 1.5),
                                1.5))
                .isTrue();
    }
}
