package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `lockstep fix` on files that it must not or cannot write, without running anything.
class FixBadInputIT {
    private static final String SCRIPT =
            "import numpy as np\n\nrng = np.random.default_rng()\nprint(rng.random())\n";

    @TempDir private Path temp;

    private Sandbox sandbox() throws IOException {
        var pythons = ExamplesIT.pythons();
        assumeTrue(!pythons.isEmpty(), "LOCKSTEP_TEST_PYTHONS names no interpreter");
        return new Sandbox(temp).python(pythons.getFirst()).write("train.py", SCRIPT);
    }

    @Test
    void aReadOnlyFileStaysAndIsNamed() throws IOException {
        var sandbox = sandbox();
        var file = sandbox.folder.resolve("train.py");
        assumeTrue(file.toFile().setWritable(false) && !Files.isWritable(file), "root may write");
        var answer = sandbox.run("fix", "--check-only", "--write", "train.py");
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err())
                .contains("train.py may not be written, so nothing was written")
                .contains("chmod u+w train.py");
        assertThat(Files.readString(file)).isEqualTo(SCRIPT);
    }

    @Test
    void uncommittedChangesAreNamed() throws IOException, InterruptedException {
        var sandbox = sandbox();
        for (var command :
                List.of(List.of("git", "init", "-q"), List.of("git", "add", "train.py"))) {
            var git = new ProcessBuilder(command).directory(sandbox.folder.toFile()).start();
            assumeTrue(git.waitFor(60, TimeUnit.SECONDS) && git.exitValue() == 0, "git fails here");
        }
        var answer = sandbox.run("fix", "--check-only", "--write", "train.py");
        assertThat(answer.err()).contains("git has uncommitted changes in train.py");
        assertThat(answer.out()).contains("written: train.py");
        assertThat(Files.readString(sandbox.folder.resolve("train.py")))
                .contains("np.random.default_rng(0)");
    }
}
