package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The agent's own tests pass, under every interpreter that the tests were given.
///
/// A build runs the quick ones; `LOCKSTEP_AGENT_TESTS=all` runs every module, which takes far
/// longer, and a part of a module's name runs that one.
class AgentIT {
    private static final Path TESTS = Path.of("agent", "tests");

    private static final Set<String> QUICK = Set.of("test_start", "test_stream");

    @TempDir private Path folder;

    static List<String> modules() throws IOException {
        try (var files = Files.list(TESTS)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.startsWith("test_") && name.endsWith(".py"))
                    // Has a test of its own.
                    .filter(name -> !name.equals("test_fingerprint.py"))
                    .map(name -> name.substring(0, name.length() - ".py".length()))
                    .filter(AgentIT::wanted)
                    .sorted()
                    .toList();
        }
    }

    private static boolean wanted(String module) {
        var which = System.getenv().getOrDefault("LOCKSTEP_AGENT_TESTS", "");
        return which.isEmpty()
                ? QUICK.contains(module)
                : which.equals("all") || module.contains(which);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("modules")
    void passes(String module) throws IOException, InterruptedException {
        var named = System.getenv().getOrDefault("LOCKSTEP_TEST_PYTHONS", "");
        assumeFalse(named.isEmpty(), "LOCKSTEP_TEST_PYTHONS names no interpreter");
        var python = named.split(File.pathSeparator, 2)[0];
        var output = folder.resolve("output.txt");
        var process =
                new ProcessBuilder(python, "-m", "unittest", module)
                        .directory(TESTS.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertThat(process.waitFor(20, TimeUnit.MINUTES)).as("in time").isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }
}
