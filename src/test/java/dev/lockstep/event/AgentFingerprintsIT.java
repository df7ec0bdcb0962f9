package dev.lockstep.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The agent's fingerprints are those of the vectors under every interpreter that the tests were
/// given.
class AgentFingerprintsIT {
    @TempDir private Path folder;

    static List<String> pythons() {
        String named = System.getenv().getOrDefault("LOCKSTEP_TEST_PYTHONS", "");
        return named.isEmpty() ? List.of("") : List.of(named.split(File.pathSeparator));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pythons")
    void computesTheSame(String python) throws IOException, InterruptedException {
        assumeFalse(python.isEmpty(), "LOCKSTEP_TEST_PYTHONS names no interpreter");
        Path output = folder.resolve("output.txt");
        Process process =
                new ProcessBuilder(python, "agent/tests/test_fingerprint.py")
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertThat(process.waitFor(20, TimeUnit.MINUTES)).as("in time").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }
}
