package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.hazard.Catalogue;
import dev.lockstep.hazard.Hazard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every `truth.json` fits its scripts, and the table of `examples/README.md` fits `truth.json`.
class ExamplesTest {
    private static final Path EXAMPLES = Path.of("examples");
    private static final String BEGIN = "<!-- from truth.json -->\n";
    private static final String END = "<!-- end -->\n";

    /// Hazards that a run on a CPU can show in principle, and why there is no script for them.
    private static final Map<String, String> NOT_SHOWN =
            Map.of(
                    "LS308", "on a CPU the candidates of the autotuner agree bit for bit",
                    "LS401", "needs a record and an edit of the source",
                    "LS402", "needs a record and other data",
                    "LS403", "needs a record and another version",
                    "LS404", "needs a record and another machine",
                    "LS405", "needs a record and other arguments");

    @ParameterizedTest
    @ValueSource(strings = {"examples", "examples/cuda"})
    void theTruthFitsItsScripts(Path folder) throws IOException {
        var scripts = Truth.read(folder.resolve("truth.json")).scripts();
        assertThat(scripts).extracting(Truth.Script::name).doesNotHaveDuplicates();
        for (Truth.Script script : scripts) {
            assertThat(script.verdict().values())
                    .as(script.name())
                    .isNotEmpty()
                    .isSubsetOf("identical", "diverged");
            boolean parts = script.verdict().containsValue("diverged");
            assertThat(script.causes().isEmpty()).as(script.name()).isNotEqualTo(parts);
            assertThat(script.first() == null).as(script.name()).isNotEqualTo(parts);
            for (Truth.Place place : script.everyPlace().toList()) {
                assertThat(place.line(folder)).as(script.name()).isPositive();
            }
            Stream.concat(
                            script.seen().stream(),
                            Stream.concat(
                                    script.everyCause().map(Truth.Cause::hazard),
                                    script.latent().stream().map(Truth.Latent::hazard)))
                    .forEach(id -> assertThat(Catalogue.find(id)).as(id).isPresent());
        }
    }

    @Test
    void everyHazardThatACpuCanShowHasAScriptAndItsAbsence() throws IOException {
        var scripts = Truth.read(EXAMPLES.resolve("truth.json")).scripts();
        var expected = new TreeSet<String>();
        for (Hazard hazard : Catalogue.hazards()) {
            if (hazard.visibleOnCpu() && !NOT_SHOWN.containsKey(hazard.id())) {
                expected.add("hazards/" + hazard.exampleName());
                expected.add("hazards/" + hazard.exampleName().replace(".py", "_fixed.py"));
            }
        }
        assertThat(
                        scripts.stream()
                                .filter(script -> !script.group().equals("example"))
                                .map(script -> script.command().getLast()))
                .containsExactlyInAnyOrderElementsOf(expected);
        try (var files = Files.list(EXAMPLES.resolve("hazards"))) {
            assertThat(
                            files.map(file -> "hazards/" + file.getFileName())
                                    .filter(file -> file.startsWith("hazards/LS")))
                    .filteredOn(file -> file.endsWith(".py"))
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
        for (Truth.Script script : scripts) {
            String id = script.name().substring(0, Math.min(5, script.name().length()));
            if (script.group().equals("hazard")) {
                assertThat(
                                Stream.of(
                                                script.seen().stream(),
                                                script.causes().stream().map(Truth.Cause::hazard),
                                                script.latent().stream().map(Truth.Latent::hazard))
                                        .flatMap(ids -> ids))
                        .as(script.name())
                        .containsOnly(id);
            }
        }
    }

    @Test
    void theTableOfTheReadmeIsFresh() throws IOException {
        Path file = EXAMPLES.resolve("README.md");
        String readme = Files.readString(file);
        int begin = readme.indexOf(BEGIN) + BEGIN.length();
        int end = readme.indexOf(END);
        assertThat(begin).isBetween(BEGIN.length(), end);
        String expected =
                readme.substring(0, begin) + "\n" + tables() + "\n" + readme.substring(end);
        if (Boolean.getBoolean("lockstep.refresh")) {
            Files.writeString(file, expected);
        }
        assertThat(Files.readString(file))
                .as("stale: ./build -q test -Dtest=ExamplesTest -Dlockstep.refresh=true")
                .isEqualTo(expected);
    }

    private static String tables() throws IOException {
        var scripts = Truth.read(EXAMPLES.resolve("truth.json")).scripts();
        var text = new StringBuilder();
        for (String group : List.of("example", "hazard", "absent")) {
            text.append(
                    switch (group) {
                        case "example" -> "## Training scripts\n\n";
                        case "hazard" -> "\n## One script for each hazard\n\n";
                        default -> "\n## The same without the hazard\n\n";
                    });
            text.append(
                    "| command | torch 1.13 | torch 2.13 | first difference | causes | what to know |\n"
                            + "|---|---|---|---|---|---|\n");
            for (Truth.Script script : scripts) {
                if (script.group().equals(group)) {
                    text.append(row(script));
                }
            }
        }
        return text.toString();
    }

    private static String row(Truth.Script script) throws IOException {
        var causes = new ArrayList<String>();
        for (Truth.Cause cause : script.causes()) {
            causes.add(cause.hazard() + " at " + place(cause.places().getFirst()));
        }
        for (Truth.Latent latent : script.latent()) {
            causes.add(
                    "`--vary "
                            + latent.vary()
                            + "` shows "
                            + latent.hazard()
                            + " at "
                            + place(latent.places().getFirst()));
        }
        for (String id : script.seen()) {
            causes.add(id + " is there");
        }
        Truth.First first = script.first();
        String where =
                first == null
                        ? ""
                        : first.event().getFirst()
                                + (first.step() == null ? "" : ", step " + first.step());
        return Stream.of(
                        "`" + String.join(" ", script.command()) + "`",
                        script.verdict().getOrDefault("1.13", "cannot run"),
                        script.verdict().getOrDefault("2.13", "cannot run"),
                        where,
                        String.join("; ", causes),
                        script.note())
                .collect(Collectors.joining(" | ", "| ", " |\n"))
                .replace("|  |", "| |")
                .replace("|  |", "| |");
    }

    private static String place(Truth.Place place) throws IOException {
        return "`" + place.file() + ":" + place.line(EXAMPLES) + "`";
    }
}
