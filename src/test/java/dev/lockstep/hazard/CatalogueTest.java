package dev.lockstep.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The catalogue, its pages and its reference agree with each other and with the table of pins.
class CatalogueTest {
    private static final Path REFERENCE = Path.of("docs/reference/hazards.md");

    @Test
    void idsAscendWithinTheirGroups() {
        List<String> ids = Catalogue.hazards().stream().map(Hazard::id).toList();
        assertThat(ids).isSorted().doesNotHaveDuplicates().hasSize(40);
        assertThat(ids.getFirst()).isEqualTo("LS101");
        assertThat(ids.getLast()).isEqualTo("LS408");
    }

    @Test
    void isFoundByIdAndByNameInAnyCase() {
        assertThat(Catalogue.find("ls202")).contains(Catalogue.get("LS202"));
        assertThat(Catalogue.find(" Unseeded_Worker ")).contains(Catalogue.get("LS202"));
        assertThat(Catalogue.find("LS999")).isEmpty();
    }

    @Test
    void namesWhatWasMeant() {
        assertThat(ids(Catalogue.near("unseeded-wroker"))).first().isEqualTo("LS202");
        assertThat(ids(Catalogue.near("listing-order"))).contains("LS107", "LS204");
        assertThat(ids(Catalogue.near("cudnn"))).containsExactly("LS301", "LS302");
        assertThat(ids(Catalogue.near("LS20"))).first().isEqualTo("LS201");
        assertThat(Catalogue.near("weather")).isEmpty();
        assertThat(Catalogue.near("")).isEmpty();
    }

    @Test
    void pinsAreThoseOfTheEventStreamsTable() throws IOException {
        Pattern row = Pattern.compile("\\| `([a-z-]+)` \\| (LS\\d+(?:, LS\\d+)*) \\|.*");
        Map<String, TreeSet<String>> promised = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("docs/reference/stream.md"))) {
            Matcher matcher = row.matcher(line);
            if (matcher.matches()) {
                for (String id : matcher.group(2).split(", ", -1)) {
                    promised.computeIfAbsent(id, key -> new TreeSet<>()).add(matcher.group(1));
                }
            }
        }
        Map<String, TreeSet<String>> catalogued = new TreeMap<>();
        for (Hazard hazard : Catalogue.hazards()) {
            if (!hazard.pins().isEmpty()) {
                catalogued.put(hazard.id(), new TreeSet<>(hazard.pins()));
            }
        }
        assertThat(catalogued).isEqualTo(promised);
    }

    @Test
    void everyHazardHasItsPageWithTheFixedHeadings() {
        for (Hazard hazard : Catalogue.hazards()) {
            HazardPage page = HazardPage.of(hazard).orElseThrow(AssertionError::new);
            assertThat(page.markdown())
                    .startsWith("# " + hazard.id() + " " + hazard.name() + "\n")
                    .endsWith("\n")
                    .doesNotContain("\t");
            assertThat(page.sections().stream().map(HazardPage.Section::heading))
                    .as(hazard.pageName())
                    .containsExactlyElementsOf(HazardPage.HEADINGS);
            for (var section : page.sections()) {
                assertThat(section.text()).as(hazard.id() + " " + section.heading()).isNotBlank();
            }
            assertThat(page.section("Example").python()).as(hazard.id()).hasSize(1);
            assertThat(page.section("Use instead").python()).as(hazard.id()).isNotEmpty();
            assertThat(page.section("References").text()).as(hazard.id()).contains("](https://");
        }
    }

    @Test
    void aPageSaysWhyAnAbilityIsMissing() {
        var wrong = new ArrayList<String>();
        for (Hazard hazard : Catalogue.hazards()) {
            String text = HazardPage.of(hazard).orElseThrow(AssertionError::new).markdown();
            for (Ability ability : Ability.values()) {
                if (text.contains(HazardPage.reasonLead(ability)) == hazard.can(ability)) {
                    wrong.add(hazard.id() + " " + ability.word());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void noPageIsLeftWithoutAHazard() throws IOException {
        try (var pages = Files.list(Path.of("src/main/resources/dev/lockstep/hazard"))) {
            assertThat(pages.map(page -> page.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            Catalogue.hazards().stream().map(Hazard::pageName).toList());
        }
    }

    @Test
    void theReferenceIsFresh() throws IOException {
        String expected = CatalogueReference.markdown();
        if (Boolean.getBoolean("lockstep.refresh")) {
            Files.writeString(REFERENCE, expected);
        }
        assertThat(Files.readString(REFERENCE))
                .as("stale: ./build -q test -Dtest=CatalogueTest -Dlockstep.refresh=true")
                .isEqualTo(expected);
    }

    private static List<String> ids(List<Hazard> hazards) {
        return hazards.stream().map(Hazard::id).toList();
    }
}
