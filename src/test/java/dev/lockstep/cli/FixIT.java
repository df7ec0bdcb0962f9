package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.hazard.Ability;
import dev.lockstep.hazard.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `lockstep fix --write` over scripts that part, each repaired without a human edit: three runs of
/// the repaired script agree, the diff is the one that stands in `golden/`, and a second `fix`
/// finds nothing to do.
///
/// A build runs a short list; `LOCKSTEP_EXAMPLES=all` runs every script, and a part of a script's
/// name runs that one. `-Dlockstep.refresh=true` writes the diffs anew.
class FixIT {
    private static final Path RESOURCES = Path.of("src/test/resources/dev/lockstep/fix");
    private static final Path GOLDEN = RESOURCES.resolve("golden");
    private static final List<Path> FOLDERS =
            List.of(RESOURCES.resolve("styles"), Path.of("examples"));

    /// What every build repairs.
    private static final Set<String> SHORT = Set.of("with_argparse", "worker_generator");

    @TempDir private static Path scratch;

    record Case(Path folder, Truth.Script script, String python, String torch) {
        @Override
        public String toString() {
            return script.name() + " · torch " + torch;
        }
    }

    static Stream<Case> cases() throws IOException, InterruptedException {
        String which = System.getenv().getOrDefault("LOCKSTEP_EXAMPLES", "");
        var cases = new ArrayList<Case>();
        for (Path folder : FOLDERS) {
            for (Truth.Script script : Truth.read(folder.resolve("truth.json")).scripts()) {
                boolean named =
                        which.isEmpty()
                                ? SHORT.contains(script.name())
                                : which.equals("all") || script.name().contains(which);
                for (String python : ExamplesIT.pythons()) {
                    String torch = ExamplesIT.torch(python);
                    if (named
                            && "diverged".equals(script.verdict().get(torch))
                            && Files.exists(golden(script))) {
                        cases.add(new Case(folder, script, python, torch));
                    }
                }
            }
        }
        return cases.isEmpty() ? Stream.of((Case) null) : cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theScriptIsRepaired(@Nullable Case one) throws IOException {
        assumeTrue(one != null, "LOCKSTEP_TEST_PYTHONS names no interpreter");
        var sandbox = new Sandbox(Files.createTempDirectory(scratch, "fix")).python(one.python());
        ExamplesIT.copy(one.folder(), sandbox.folder);

        JsonNode repair = fix(sandbox, one, 0, "--write");
        assertThat(repair.path("after").path("verdict").asString())
                .as(repair.toPrettyString())
                .isEqualTo("identical");
        assertThat(repair.path("after").path("compared").path("runs").asInt()).isEqualTo(3);
        assertThat(repair.path("written").asBoolean()).isTrue();
        var diff = repair.path("diff").asString();
        if (Boolean.getBoolean("lockstep.refresh")) {
            Files.writeString(golden(one.script()), diff);
        }
        assertThat(diff).isEqualTo(Files.readString(golden(one.script())));

        JsonNode again = fix(sandbox, one, 0);
        assertThat(again.path("edits").size()).as(again.toPrettyString()).isZero();
        assertThat(again.path("before").path("verdict").asString()).isEqualTo("identical");
    }

    private static JsonNode fix(Sandbox sandbox, Case one, int code, String... options)
            throws IOException {
        var words = new ArrayList<>(List.of("fix", "--json", "fix.json"));
        words.addAll(List.of(options));
        words.addAll(one.script().command());
        var answer = sandbox.run(words.toArray(String[]::new));
        assertThat(answer.code()).as(answer.all()).isEqualTo(code);
        return JsonMapper.builder()
                .build()
                .readTree(Files.readString(sandbox.folder.resolve("fix.json")));
    }

    /// Every script whose causes can all be repaired has a golden diff: none is left out silently.
    @org.junit.jupiter.api.Test
    void everyRepairableScriptHasAGoldenDiff() throws IOException {
        for (Path folder : FOLDERS) {
            for (Truth.Script script : Truth.read(folder.resolve("truth.json")).scripts()) {
                boolean repairable =
                        script.verdict().containsValue("diverged")
                                && script.causes().stream()
                                        .allMatch(cause ->
                                                Catalogue.get(cause.hazard()).can(Ability.FIX));
                assertThat(Files.exists(golden(script))).as(script.name()).isEqualTo(repairable);
            }
        }
    }

    private static Path golden(Truth.Script script) {
        return GOLDEN.resolve(script.name() + ".diff");
    }
}
