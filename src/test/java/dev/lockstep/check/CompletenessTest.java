package dev.lockstep.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.hazard.Ability;
import dev.lockstep.hazard.Catalogue;
import dev.lockstep.hazard.Hazard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What a row of the catalogue promises is there: a rule where it can be read, an example script
/// where a CPU can show it. Pages and pins are held by the catalogue's own test.
class CompletenessTest {
    /// What is still missing; a piece that is added is taken out here.
    private static final Set<String> MISSING =
            Set.of(
                    // Seen between two records, which one script alone cannot show.
                    "LS401 example",
                    "LS402 example",
                    "LS403 example",
                    "LS404 example",
                    "LS405 example",
                    "LS308 example");

    @Test
    void everyPromiseIsKeptOrListedAsMissing() {
        Set<String> ruled = Rules.all().stream().map(Rule::hazard).collect(Collectors.toSet());
        var missing = new TreeSet<String>();
        for (Hazard hazard : Catalogue.hazards()) {
            if (hazard.can(Ability.READ) != ruled.contains(hazard.id())) {
                missing.add(hazard.id() + " rule");
            }
            if (hazard.visibleOnCpu()
                    && !Files.exists(Path.of("examples/hazards", hazard.exampleName()))) {
                missing.add(hazard.id() + " example");
            }
        }
        assertThat(missing).isEqualTo(new TreeSet<>(MISSING));
    }
}
