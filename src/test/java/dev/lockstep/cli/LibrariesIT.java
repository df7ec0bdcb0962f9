package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/// `lockstep fix --write` over scripts that train with real libraries: Lightning, Transformers,
/// Accelerate.
///
/// A script's first line names the modules that it needs; it runs on the first interpreter that has
/// them, and is skipped when none has. A build runs one; `LOCKSTEP_EXAMPLES=all` runs every one.
/// `-Dlockstep.refresh=true` writes the diffs, which stand beside the scripts, anew.
class LibrariesIT {
    private static final Path SCRIPTS = Path.of("src/test/resources/dev/lockstep/fix/libraries");
    private static final String NEEDS = "# needs: ";
    private static final Set<String> SHORT = Set.of("lightning_module.py");

    @TempDir private static Path scratch;

    static Stream<Path> scripts() throws IOException {
        String which = System.getenv().getOrDefault("LOCKSTEP_EXAMPLES", "");
        try (var files = Files.list(SCRIPTS)) {
            return files
                    .filter(file -> file.toString().endsWith(".py"))
                    .filter(file -> {
                        String name = file.getFileName().toString();
                        return which.isEmpty()
                                ? SHORT.contains(name)
                                : which.equals("all") || name.contains(which);
                    })
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("scripts")
    void theScriptIsRepaired(Path script) throws IOException, InterruptedException {
        String name = script.getFileName().toString();
        var needs =
                List.of(
                        Files.readString(script)
                                .lines()
                                .findFirst()
                                .orElseThrow()
                                .substring(NEEDS.length())
                                .split(" ", -1));
        String python = python(needs);
        assumeTrue(!python.isEmpty(), "no interpreter of LOCKSTEP_TEST_PYTHONS has " + needs);
        var sandbox = new Sandbox(Files.createTempDirectory(scratch, "fix")).python(python);
        Files.copy(script, sandbox.folder.resolve(name));

        var answer = sandbox.run("fix", "--write", "--json", "fix.json", name);
        assertThat(answer.code()).as(answer.all()).isZero();
        var repair =
                JsonMapper.builder()
                        .build()
                        .readTree(Files.readString(sandbox.folder.resolve("fix.json")));
        assertThat(repair.path("after").path("verdict").asString()).isEqualTo("identical");
        var diff = repair.path("diff").asString();
        var golden = script.resolveSibling(name.replace(".py", ".diff"));
        if (Boolean.getBoolean("lockstep.refresh")) {
            Files.writeString(golden, diff);
        }
        assertThat(diff).isEqualTo(Files.readString(golden));
    }

    /// The first interpreter that has these modules, or nothing.
    private static String python(List<String> modules) throws IOException, InterruptedException {
        String wanted =
                modules.stream()
                        .map(module -> "importlib.util.find_spec('" + module + "')")
                        .collect(Collectors.joining(" and "));
        for (String python : ExamplesIT.pythons()) {
            Process process =
                    new ProcessBuilder(
                                    python,
                                    "-c",
                                    "import importlib.util, sys; sys.exit(not (" + wanted + "))")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (process.waitFor() == 0) {
                return python;
            }
        }
        return "";
    }
}
