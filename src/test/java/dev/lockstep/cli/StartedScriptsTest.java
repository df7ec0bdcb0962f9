package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.fix.Start;
import dev.lockstep.process.Experiment;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartedScriptsTest {
    @TempDir private Path folder;

    @BeforeEach
    void project() throws IOException {
        for (var name : List.of("prepare.py", "train.py", "pack/__init__.py", "pack/cli.py")) {
            Files.createDirectories(folder.resolve(name).getParent());
            Files.writeString(folder.resolve(name), "def main():\n    pass\n");
        }
        Files.writeString(
                folder.resolve("pyproject.toml"), "[project.scripts]\nfit = \"pack.cli:main\"\n");
        Files.writeString(
                folder.resolve("run.sh"),
                "python prepare.py\npython -m pack.cli && python ./train.py 3\n");
        Files.writeString(folder.resolve("Makefile"), "train:\n\tpython train.py\n");
    }

    private StartedScripts started(String... line) {
        var nothing = InputStream.nullInputStream();
        var silent = new PrintStream(OutputStream.nullOutputStream());
        var surroundings =
                new Surroundings(
                        nothing, silent, silent, Map.of(), folder, null, true, false, false);
        var source = ProjectSource.of(folder, folder, SitePackages.find(surroundings, null));
        return StartedScripts.of(new Experiment.Command(List.of(line)), source);
    }

    @Test
    void wordsOfTheCommandComeFirst() {
        assertThat(started("torchrun", "--nproc-per-node", "2", "train.py").paths())
                .containsExactly("train.py");
        assertThat(started("accelerate", "launch", "-m", "pack.cli").paths())
                .containsExactly("pack/cli.py");
        assertThat(started("bash", "-c", "cd . && python train.py --epochs 2").paths())
                .containsExactly("train.py");
        assertThat(started("other.py").paths()).isEmpty();
    }

    @Test
    void aShellScriptAndAMakefileNameWhatTheyStart() {
        var started = started("bash", "run.sh");
        assertThat(started.paths()).containsExactly("prepare.py", "pack/cli.py", "train.py");
        assertThat(started.way()).isEqualTo(Start.Way.SCRIPT);
        assertThat(started("make", "train").paths()).containsExactly("train.py");
        assertThat(started("echo", "train").paths()).isEmpty();
    }

    @Test
    void aConsoleScriptAndCodeImport() {
        var started = started("/usr/bin/fit", "--epochs", "2");
        assertThat(started.paths()).containsExactly("pack/cli.py");
        assertThat(started.function()).isEqualTo("main");
        assertThat(started.way()).isEqualTo(Start.Way.IMPORT);
        started = started("python", "-c", "import sys; from pack.cli import main; main()");
        assertThat(started.paths()).containsExactly("pack/cli.py");
        assertThat(started.function()).isNull();
        assertThat(started.way()).isEqualTo(Start.Way.IMPORT);
    }

    /// A word of a file is never looked at from its middle, which would take forever in a long one.
    @Test
    void aLongTextIsReadOnce() throws IOException {
        Files.writeString(folder.resolve("data.txt"), "a".repeat(900_000) + " train.py");
        assertThat(started("tool", "data.txt").paths()).containsExactly("train.py");
    }
}
