package dev.lockstep.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PinsTest {
    @Test
    void whatChangesMostOfARunIsLeftOutFirst() {
        var pins =
                Stream.of("run-dependent-seed", "python", "cudnn", "deterministic", "memory")
                        .map(Pin::everywhere)
                        .toList();

        assertThat(Pins.inOrder(pins)).isEqualTo(pins.reversed());
    }

    @Test
    void everyPinHasItsPlaceInTheOrder() {
        // What the order does not know would come before all others.
        var unknown = Pin.everywhere("no such pin");

        assertThat(remaining())
                .allSatisfy(pin ->
                        assertThat(Pins.inOrder(List.of(pin, unknown)))
                                .containsExactly(unknown, pin));
        assertThat(Pins.inOrder(remaining().toList()).getFirst())
                .isEqualTo(Pin.everywhere("memory"));
    }

    private static Stream<Pin> remaining() {
        return Pins.REMAINING.stream().map(Suspect::pin);
    }

    @Test
    void onlyWhatIsTriedHasAWeakerPin() {
        assertThat(remaining().filter(pin -> Pins.weaker(pin).isPresent()))
                .containsExactly(Pin.everywhere("deterministic"));
    }
}
