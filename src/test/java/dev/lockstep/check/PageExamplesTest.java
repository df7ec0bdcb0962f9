package dev.lockstep.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.hazard.Catalogue;
import dev.lockstep.hazard.Hazard;
import dev.lockstep.hazard.HazardPage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What the pages say and what the rules find is the same: the Example has the hazard, what stands
/// under Use instead is free of it.
class PageExamplesTest {
    /// Examples that the rules cannot read yet; this list only ever shrinks.
    private static final Set<String> UNREAD = Set.of("LS105", "LS113", "LS114");

    /// The little of scikit-learn that the pages use.
    private static final FakePackages PACKAGES =
            new FakePackages()
                    .with(
                            "sklearn/cluster/__init__.py",
                            """
                            import numpy as np

                            class KMeans:
                                def __init__(self, n_clusters=8, *, init="k-means++", n_init="auto", random_state=None):
                                    self.random_state = random_state

                                def fit_predict(self, x):
                                    rng = np.random if self.random_state is None else np.random.RandomState(self.random_state)
                                    return rng.permutation(x)
                            """);

    @Test
    void theExampleHasTheHazardAndTheAdviceHasNot() {
        var wrong = new ArrayList<String>();
        Set<String> ruled = Rules.all().stream().map(Rule::hazard).collect(Collectors.toSet());
        for (Hazard hazard : Catalogue.hazards()) {
            if (!ruled.contains(hazard.id())) {
                continue;
            }
            HazardPage page = HazardPage.of(hazard).orElseThrow(AssertionError::new);
            for (String block : page.section("Example").python()) {
                if (finds(hazard, block) == UNREAD.contains(hazard.id())) {
                    wrong.add(hazard.id() + ": example and rule disagree");
                }
            }
            for (String block : page.section("Use instead").python()) {
                if (finds(hazard, block)) {
                    wrong.add(hazard.id() + ": found in the advice");
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static boolean finds(Hazard hazard, String code) {
        var files = new TreeMap<String, Contents>();
        files.put("example.py", () -> code.getBytes(StandardCharsets.UTF_8));
        var selection = Selection.of(List.of(hazard.id()), List.of());
        var setting = new Checker.Setting(selection, null, List.of(), PACKAGES);
        return !new Checker(Rules.all(), setting, 1).check(files).findings().isEmpty();
    }
}
