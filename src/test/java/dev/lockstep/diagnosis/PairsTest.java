package dev.lockstep.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.diagnosis.SimulatedScript.Trouble;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PairsTest {
    private static final Pin NUMPY = Pin.everywhere("numpy");
    private static final Pin TORCH = Pin.everywhere("torch");

    private final SimulatedScript script =
            new SimulatedScript(List.of(new Trouble(NUMPY, 3, null)), List.of(), Set.of(), 100);
    private final Pairs pairs = new Pairs(script);

    @Test
    void aPairThatPartedIsNotRunAgain() {
        var parted = pairs.probe(Set.of(TORCH));

        assertThat(parted).isInstanceOf(Probe.Parted.class);
        assertThat(pairs.known(Set.of(TORCH))).isSameAs(parted);
        assertThat(pairs.knownWithCare(Set.of(TORCH))).isSameAs(parted);
        assertThat(script.pairs()).isEqualTo(1);
        assertThat(pairs.counted()).isEqualTo("Of 2 pairs, with and without pins, all parted.");
    }

    @Test
    void aPairThatAgreedIsRunAgain() {
        assertThat(pairs.known(Set.of(NUMPY))).isInstanceOf(Probe.Agreed.class);
        assertThat(pairs.known(Set.of(NUMPY))).isInstanceOf(Probe.Agreed.class);

        assertThat(script.pairs()).isEqualTo(2);
        assertThat(pairs.counted()).isEqualTo("Of 3 pairs, with and without pins, 1 parted.");
    }

    @Test
    void whoIsCarefulBelievesThreeAgreements() {
        assertThat(pairs.knownWithCare(Set.of(NUMPY))).isInstanceOf(Probe.Agreed.class);

        assertThat(script.pairs()).isEqualTo(3);
    }

    @Test
    void aFurtherRunThatPartsIsRememberedAndIsNoPair() {
        var agreed = (Probe.Agreed) pairs.probe(Set.of(NUMPY));
        assertThat(pairs.again(new Agreeing(new TreeSet<>(Set.of(NUMPY)), agreed)))
                .isInstanceOf(Probe.Agreed.class);
        var parted = new Probe.Parted(Divergences.at(5), List.of(), List.of());

        pairs.remember(Set.of(NUMPY), parted);

        assertThat(pairs.known(Set.of(NUMPY))).isSameAs(parted);
        assertThat(pairs.counted()).startsWith("Of 2 pairs");
    }
}
