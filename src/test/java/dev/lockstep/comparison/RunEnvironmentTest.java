package dev.lockstep.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.event.Event;
import dev.lockstep.record.DataFile;
import dev.lockstep.record.Manifest;
import dev.lockstep.record.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunEnvironmentTest {
    private static final Instant STARTED = Instant.parse("2026-11-23T04:41:07Z");
    private static final String ONE = "1".repeat(64);
    private static final String TWO = "2".repeat(64);

    @TempDir Path temp;
    RunFolder reference = new RunFolder(Path.of("unset"));
    RunFolder candidate = new RunFolder(Path.of("unset"));

    @BeforeEach
    void runs() throws IOException {
        reference = run("reference");
        candidate = run("candidate");
    }

    private RunFolder run(String name) throws IOException {
        var run = new RunFolder(temp.resolve(name));
        run.create();
        run.write(
                Manifest.begin("0.1.0", List.of("train.py"), "/home/experiment", STARTED)
                        .withEnd(STARTED.plusSeconds(9), 0, null));
        return run;
    }

    private static Observations packages(
            List<Event.Named> versions, List<Event.Named> hashes, String... libraries) {
        var observations = new Observations();
        observations.add(
                new Observed(
                        "main",
                        new dev.lockstep.event.Role.Main(),
                        0,
                        new Event.Packages(
                                versions, List.of(), List.of(libraries), hashes, List.of())));
        return observations;
    }

    private List<String> differences(Observations left, Observations right) throws IOException {
        try (var one = reference.read();
                var two = candidate.read()) {
            return RunEnvironment.differences(
                            RunEnvironment.of(one, left), RunEnvironment.of(two, right))
                    .stream()
                    .map(difference ->
                            difference.hazard()
                                    + " "
                                    + difference.what()
                                    + ": "
                                    + difference.reference()
                                    + " | "
                                    + difference.candidate())
                    .toList();
        }
    }

    private List<String> differences() throws IOException {
        return differences(new Observations(), new Observations());
    }

    private static Event.Named named(String name, String value) {
        return new Event.Named(name, value);
    }

    @Test
    void packagesDifferByTheirFilesAndShowTheirVersions() throws IOException {
        assertThat(
                        differences(
                                packages(
                                        List.of(
                                                named("numpy", "1.26.4"),
                                                named("scipy", "1.15.0"),
                                                named("pillow", "12.0"),
                                                named("torch", "2.13.0+cpu")),
                                        List.of(
                                                named("numpy", "aa"),
                                                named("scipy", "bb"),
                                                named("torch", "cc"))),
                                packages(
                                        List.of(
                                                named("numpy", "2.4.6"),
                                                named("scipy", "1.15.0"),
                                                named("pillow", "12.0"),
                                                named("torch", "2.13.0")),
                                        List.of(
                                                named("numpy", "dd"),
                                                named("scipy", "ee"),
                                                named("torch", "cc")))))
                .containsExactly(
                        "LS403 numpy: 1.26.4 | 2.4.6",
                        "LS403 scipy: 1.15.0, files bb | 1.15.0, files ee");
    }

    @Test
    void librariesDifferByNameAndNotByPlace() throws IOException {
        assertThat(
                        differences(
                                packages(
                                        List.of(),
                                        List.of(),
                                        "/a/libopenblasp-r0.3.21.so",
                                        "/a/libgomp.so.1.0.0"),
                                packages(
                                        List.of(),
                                        List.of(),
                                        "/b/libopenblasp-r0.3.29.so",
                                        "/b/libgomp.so.1.0.0",
                                        "/b/libcudnn.so.9")))
                .containsExactly(
                        "LS403 library libcudnn: – | libcudnn.so.9",
                        "LS403 library libopenblasp: libopenblasp-r0.3.21.so | libopenblasp-r0.3.29.so");
    }

    @Test
    void aRunsOwnCacheFoldersAreNoDifference() throws IOException {
        for (var run : List.of(reference, candidate)) {
            run.writeEnvironment(
                    Map.of(
                            "variables",
                            Map.of(
                                    "TRITON_CACHE_DIR",
                                    "/p/.lockstep/runs/" + run.id() + "/scratch/triton",
                                    "TORCHINDUCTOR_CACHE_DIR",
                                    "/p/.lockstep/other/" + run.id() + "/scratch/inductor",
                                    "OMP_NUM_THREADS",
                                    run == reference ? "2" : "1")));
        }
        assertThat(differences()).containsExactly("LS405 OMP_NUM_THREADS: 2 | 1");
    }

    @Test
    void aVariableThatTheScriptAskedForCountsWhereBothRunsSayWhatItWas() throws IOException {
        reference.writeEnvironment(
                Map.of(
                        "variables",
                        Map.of("BATCH", "32", "EPOCHS", "5"),
                        "asked",
                        Map.of("BATCH", "set", "EPOCHS", "set", "DEBUG", "not set")));
        candidate.writeEnvironment(
                Map.of(
                        "variables",
                        Map.of("DEBUG", "1"),
                        "asked",
                        Map.of("BATCH", "not set", "DEBUG", "set")));
        assertThat(differences())
                .containsExactly("LS405 BATCH: 32 | not set", "LS405 DEBUG: not set | 1");
    }

    @Test
    void dataDiffersByContentWhereItIsKnownElseByLengthAndTime() throws IOException {
        reference.writeDataFiles(
                List.of(
                        new DataFile("copied.csv", 5, 1L, ONE, true),
                        new DataFile("edited.csv", 5, 1L, ONE, true),
                        new DataFile("longer.csv", 5, 1L, ONE, true),
                        new DataFile("unknown.bin", 5, 1_000_000L, null, false)));
        candidate.writeDataFiles(
                List.of(
                        new DataFile("copied.csv", 5, 9L, ONE, true),
                        new DataFile("edited.csv", 5, 1L, TWO, true),
                        new DataFile("longer.csv", 6, 1L, TWO, true),
                        new DataFile("new.csv", 5, 1L, ONE, true),
                        new DataFile("unknown.bin", 5, 2_000_000L, null, false)));
        assertThat(differences())
                .containsExactly(
                        "LS402 edited.csv: 5 bytes, 111111111111 | 5 bytes, 222222222222",
                        "LS402 longer.csv: 5 bytes, 111111111111 | 6 bytes, 222222222222",
                        "LS402 new.csv: – | 5 bytes, 111111111111",
                        "LS402 unknown.bin: 5 bytes, of 1970-01-01T00:00:00.001Z | 5 bytes, of 1970-01-01T00:00:00.002Z");
    }

    @Test
    void codeThatOneRunAloneExecutedCountsWhenTheOtherWentToItsEnd() throws IOException {
        code(reference, "train.py", "1\n");
        code(reference, "late.py", "2\n");
        code(candidate, "train.py", "3\n");
        code(candidate, "random.py", "4\n");
        candidate.write(
                Manifest.begin("0.1.0", List.of("train.py"), "/home/experiment", STARTED)
                        .withEnd(STARTED, 0, "divergence"));
        assertThat(differences())
                .containsExactly(
                        "LS401 random.py: – | 7de1555df0c2",
                        "LS401 train.py: 4355a46b19d3 | 1121cfccd591");
        try (var one = reference.read();
                var two = candidate.read()) {
            assertThat(CodeChange.between(one, two))
                    .extracting(CodeChange::diff)
                    .containsExactly(
                            "--- /dev/null\n+++ b/random.py\n@@ -0,0 +1,1 @@\n+4\n",
                            "--- a/train.py\n+++ b/train.py\n@@ -1,1 +1,1 @@\n-1\n+3\n");
        }
    }

    private static void code(RunFolder run, String file, String text) throws IOException {
        Files.createDirectories(run.code());
        Files.writeString(run.code().resolve(file), text);
    }
}
