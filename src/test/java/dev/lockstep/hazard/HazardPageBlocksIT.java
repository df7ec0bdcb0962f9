package dev.lockstep.hazard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every code block of every page runs under every interpreter that the tests were given; what
/// needs a CUDA device or several ranks is compiled.
class HazardPageBlocksIT {
    @TempDir private Path folder;

    static Stream<String> pythons() {
        String list = System.getenv().getOrDefault("LOCKSTEP_TEST_PYTHONS", "");
        return list.isEmpty() ? Stream.of("") : Arrays.stream(list.split(":", -1));
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void everyBlockRuns(String python) throws IOException, InterruptedException {
        assumeTrue(!python.isEmpty(), "LOCKSTEP_TEST_PYTHONS names no interpreter");
        Path blocks = Files.createDirectory(folder.resolve("blocks"));
        var expected = new ArrayList<String>();
        for (Hazard hazard : Catalogue.hazards()) {
            HazardPage page = HazardPage.of(hazard).orElseThrow(AssertionError::new);
            for (String heading : List.of("Example", "Use instead")) {
                int number = 0;
                for (String block : page.section(heading).python()) {
                    String name =
                            (hazard.visibleOnCpu() ? "" : "gpu_")
                                    + hazard.id()
                                    + "_"
                                    + heading.toLowerCase(java.util.Locale.ROOT).replace(' ', '_')
                                    + "_"
                                    + number++
                                    + ".py";
                    Files.writeString(blocks.resolve(name), block);
                    expected.add(name + "\tok");
                }
            }
        }
        Path runner = folder.resolve("run_blocks.py");
        try (InputStream in =
                Objects.requireNonNull(getClass().getResourceAsStream("run_blocks.py"))) {
            Files.copy(in, runner);
        }
        Path output = folder.resolve("output.txt");
        Process process =
                new ProcessBuilder(python, runner.toString(), blocks.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertThat(process.waitFor(20, TimeUnit.MINUTES)).as("in time").isTrue();
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        assertThat(lines.stream().filter(line -> line.startsWith("missing"))).isEmpty();
        assertThat(lines).containsExactlyInAnyOrderElementsOf(expected);
    }
}
