package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.hazard.Ability;
import dev.lockstep.hazard.Catalogue;
import dev.lockstep.hazard.Hazard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What `check` finds in the examples is what is known of them: each cause that can be read, at one
/// of its places, and nothing that is not there.
class ExamplesCheckTest {
    private static final Path EXAMPLES = Path.of("examples").toAbsolutePath();

    /// The little of scikit-learn that the examples leave without a seed.
    private static final String SKLEARN =
            """
            import numpy as np

            class KMeans:
                def __init__(self, n_clusters=8, *, init="k-means++", n_init="auto", random_state=None):
                    self.random_state = random_state

                def fit(self, x):
                    rng = np.random if self.random_state is None else np.random.RandomState(self.random_state)
                    return rng.permutation(x)

            def train_test_split(*arrays, test_size=None, random_state=None, shuffle=True, stratify=None):
                rng = np.random if random_state is None else np.random.RandomState(random_state)
                return [rng.permutation(x) for x in arrays]
            """;

    @TempDir private static Path environment;
    private static List<JsonNode> findings = List.of();

    @BeforeAll
    static void check() throws IOException {
        Path packages = environment.resolve("lib/python3.11/site-packages/sklearn");
        for (String module : List.of("cluster", "model_selection")) {
            Files.createDirectories(packages.resolve(module));
            Files.writeString(packages.resolve(module).resolve("__init__.py"), SKLEARN);
        }
        Files.writeString(packages.resolve("__init__.py"), "");
        Files.writeString(environment.resolve("pyvenv.cfg"), "home = /usr/bin\n");
        Path python = environment.resolve("bin/python");
        Files.createDirectories(environment.resolve("bin"));
        Files.writeString(python, "#!/bin/false\n");
        assertThat(python.toFile().setExecutable(true)).isTrue();
        var out = new ByteArrayOutputStream();
        Cli.run(
                new String[] {"check", "--python", python.toString(), "--format", "json", "."},
                new Surroundings(
                        InputStream.nullInputStream(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        System.err,
                        Map.of("XDG_CACHE_HOME", environment.resolve("cache").toString()),
                        EXAMPLES,
                        null,
                        false,
                        false,
                        false));
        JsonNode answer = JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
        findings = StreamSupport.stream(answer.path("findings").spliterator(), false).toList();
        assertThat(findings).isNotEmpty();
    }

    static Stream<Truth.Script> scripts() throws IOException {
        return Truth.read(EXAMPLES.resolve("truth.json")).scripts().stream();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void everyCauseThatCanBeReadIsFoundAtItsPlace(Truth.Script script) throws IOException {
        for (Truth.Cause cause : script.causes()) {
            if (!hazard(cause.hazard()).can(Ability.READ)) {
                continue;
            }
            var expected = new TreeSet<String>();
            for (Truth.Cause one : Stream.concat(Stream.of(cause), cause.or().stream()).toList()) {
                for (Truth.Place place : one.places()) {
                    expected.add(one.hazard() + " " + place.file() + ":" + place.line(EXAMPLES));
                }
            }
            // A late seed is reported where the seed has to move, which no event of a run shows.
            boolean anywhere = cause.hazard().equals("LS110");
            assertThat(of(script).map(ExamplesCheckTest::place).collect(Collectors.toSet()))
                    .as(script.name() + " " + cause.hazard())
                    .anyMatch(place ->
                            expected.contains(place) || anywhere && place.startsWith("LS110 "));
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void nothingElseIsFound(Truth.Script script) {
        var there = new TreeSet<>(script.seen());
        script.everyCause().forEach(cause -> there.add(cause.hazard()));
        script.latent().forEach(latent -> there.add(latent.hazard()));
        assertThat(
                        of(script)
                                // What only a GPU can show is in no truth that a CPU gave.
                                .filter(finding ->
                                        hazard(finding.path("hazard").asString()).visibleOnCpu())
                                .filter(finding ->
                                        !finding.path("severity").asString().equals("note"))
                                .filter(finding ->
                                        !there.contains(finding.path("hazard").asString()))
                                .map(ExamplesCheckTest::place))
                .as(script.name())
                .isEmpty();
    }

    static Stream<Truth.Script> scriptsForCuda() throws IOException {
        return Truth.read(EXAMPLES.resolve("cuda/truth.json")).scripts().stream();
    }

    /// A draw on the device and one on the CPU look alike in the source, and one seed serves both.
    @ParameterizedTest
    @MethodSource("scriptsForCuda")
    void whatVariesOnCudaIsReadAndNothingElse(Truth.Script script) {
        var found =
                findings.stream()
                        .filter(finding ->
                                finding.path("file")
                                        .asString()
                                        .equals("cuda/" + script.command().getFirst()))
                        .map(finding -> finding.path("hazard").asString().replace("LS104", "LS105"))
                        .toList();
        assertThat(found)
                .containsExactlyElementsOf(
                        script.causes().stream().map(Truth.Cause::hazard).toList());
    }

    private static Hazard hazard(String id) {
        return Catalogue.find(id).orElseThrow();
    }

    private static String place(JsonNode finding) {
        return finding.path("hazard").asString()
                + " "
                + finding.path("file").asString()
                + ":"
                + finding.path("line").asInt();
    }

    /// The findings in the files of a script: its own, or those of its package.
    private static Stream<JsonNode> of(Truth.Script script) {
        return findings.stream()
                .filter(finding -> {
                    String file = finding.path("file").asString();
                    return script.command().stream()
                            .anyMatch(word ->
                                    word.equals(file)
                                            || file.startsWith(word.replaceFirst("\\..*", "") + "/")
                                            || script.command().contains("-m")
                                                    && file.startsWith(
                                                            word.replace('.', '/') + "/"));
                });
    }
}
