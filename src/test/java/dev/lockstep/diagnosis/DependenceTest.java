package dev.lockstep.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DependenceTest {
    /// Answers with what it was told, in this order: true for a pair that parts.
    private static Explanation vary(Factor factor, Boolean... parts) {
        var answers = new ArrayDeque<>(List.of(parts));
        var laboratory =
                new Laboratory() {
                    @Override
                    public Probe pair(Conditions conditions) {
                        return answers.remove()
                                ? new Probe.Parted(Divergences.at(2), List.of(), List.of())
                                : new Probe.Agreed("run", 10, 100, Set.of(), List.of());
                    }

                    @Override
                    public Probe again(Conditions conditions, Probe.Agreed pair) {
                        return pair(conditions);
                    }

                    @Override
                    public boolean timeLeft() {
                        return true;
                    }
                };
        var found = Dependence.on(List.of(factor), Set.of(), Map.of(), laboratory);
        assertThat(answers).isEmpty();
        return found;
    }

    @Test
    void aFactorThatPartsEachTimeIsACause() {
        var found = vary(Factor.HASH_SEED, true, true, false);
        assertThat(found.proved())
                .extracting(cause -> cause.suspect().hazard())
                .containsExactly("LS107");
    }

    @Test
    void aFactorThatChangesNothingIsRuledOut() {
        var found = vary(Factor.LOAD, false);
        assertThat(found.proved()).isEmpty();
        assertThat(found.ruledOut()).hasSize(1);
    }

    @Test
    void whatPartsOnceOrWithoutTheFactorIsNoProof() {
        for (var found :
                List.of(vary(Factor.LOAD, true, false), vary(Factor.LOAD, true, true, true))) {
            assertThat(found.proved()).isEmpty();
            assertThat(found.suspected()).hasSize(1);
            assertThat(found.suspected().getFirst().why()).contains("that is no proof");
        }
    }
}
