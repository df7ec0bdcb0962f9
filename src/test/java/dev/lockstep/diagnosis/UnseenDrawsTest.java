package dev.lockstep.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.comparison.NotCompared;
import dev.lockstep.comparison.Observed;
import dev.lockstep.event.Event;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnseenDrawsTest {
    private static Observed draw(String generator, @Nullable String feeds, @Nullable Site site) {
        return seen(new Event.Draw(generator, "torch.randn", site, null, feeds, 0, null));
    }

    private static Observed seen(Event event) {
        return new Observed("main", new Role.Main(), 0, event);
    }

    private static Site line(int line) {
        return new Site("s.py", line, null);
    }

    /// A blank in the third column: nothing but text was compared.
    @ParameterizedTest
    @CsvSource({
        ",        false, '',     true",
        "dropout, false, state,  true",
        "dropout, false, batch,  true",
        ",        false, step,     false",
        ",        false, backward, false",
        "weights, false, '',     true",
        "weights, false, state,  false",
        "weights, true,  '',     false",
        "order,   false, state,  true",
        "order,   false, batch,  false",
        "workers, false, '',     false"
    })
    void agreementSaysNothingAboutWhatNoEvidenceShows(
            @Nullable String feeds, boolean loaded, String compared, boolean unseen) {
        var kinds = compared.isEmpty() ? Set.<String>of() : Set.of(compared);
        assertThat(UnseenDraws.of(kinds, loaded, List.of(draw("torch", feeds, line(3)))).isEmpty())
                .isEqualTo(!unseen);
    }

    @Test
    void whatMachineryDrawsAndWhatIsTakenForNamesIsNoResult() {
        assertThat(
                        UnseenDraws.of(
                                        Set.of(),
                                        false,
                                        List.of(
                                                draw("python", null, null),
                                                seen(
                                                        new Event.Entropy(
                                                                "uuid4", line(3), null, 0, "1f")),
                                                seen(
                                                        new Event.Entropy(
                                                                "os.urandom",
                                                                line(4),
                                                                null,
                                                                0,
                                                                null))))
                                .isEmpty())
                .isTrue();
    }

    @Test
    void whatIsDrawnAfterTheLastStepIsListed() {
        var during = new Observed("main", new Role.Main(), 4, draw("torch", null, line(3)).event());
        var behind = new Observed("main", new Role.Main(), 5, draw("torch", null, line(9)).event());
        assertThat(
                        UnseenDraws.afterTraining(Set.of("step"), 5, List.of(during, behind))
                                .notCompared())
                .extracting(NotCompared::what)
                .containsExactly("what follows from s.py:9 (torch.randn)");
    }

    @Test
    void generatorsWithoutASeedAreNamedWithTheirPlaces() {
        var unseen =
                UnseenDraws.of(
                        Set.of("state"),
                        false,
                        List.of(
                                seen(
                                        new Event.Entropy(
                                                "numpy.default_rng", line(3), null, 0, null)),
                                seen(
                                        new Event.Entropy(
                                                "numpy.default_rng", line(3), null, 1, null)),
                                draw("torch", null, line(9))));
        assertThat(unseen.reason())
                .contains("at s.py:3 (numpy.default_rng), s.py:9 (torch.randn), and");
        assertThat(unseen.suspected().suspected())
                .extracting(Explanation.Untried::hazard)
                .containsExactlyInAnyOrder("LS103", "LS104");
        assertThat(unseen.suspected().proved()).isEmpty();
    }
}
