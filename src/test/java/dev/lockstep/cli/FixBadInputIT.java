package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// `lockstep fix` on files that it must not or cannot write, on edits that are asked for, and when
/// something comes between edit and proof.
class FixBadInputIT {
    private static final String SCRIPT =
            "import numpy as np\n\nrng = np.random.default_rng()\nprint(rng.random())\n";

    private static final String LOADER =
            """
            import torch
            from torch.utils.data import DataLoader, TensorDataset

            torch.manual_seed(3)
            loader = DataLoader(TensorDataset(torch.rand(9, 2)), batch_size=4, shuffle=True)
            print(sum(len(batch) for batch, in loader))
            """;

    private static final String MODEL =
            """
            import time

            import torch

            model = torch.nn.Linear(2, 1)
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            for step in range(%d):
                model(torch.ones(1, 2)).sum().backward()
                optimizer.step()
                time.sleep(%s)
            """;

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
        assertThat(file.toFile().setWritable(false)).isTrue();
        var answer = sandbox.run("fix", "--check-only", "--write", "train.py");
        assertThat(answer.code()).as(answer.all()).isEqualTo(2);
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

    @Test
    void aGeneratedFileIsNotEdited() throws IOException {
        var sandbox = sandbox();
        var generated = "# Generated from train.ipynb, do not edit.\n" + SCRIPT;
        sandbox.write("train.py", generated);
        for (var options : List.of(List.of("--check-only"), List.<String>of())) {
            var words = new java.util.ArrayList<>(List.of("fix", "--write"));
            words.addAll(options);
            words.add("train.py");
            var answer = sandbox.run(words.toArray(String[]::new));
            assertThat(answer.code()).as(answer.all()).isEqualTo(1);
            assertThat(answer.out()).contains("train.py is generated, as its head says");
            assertThat(Files.readString(sandbox.folder.resolve("train.py"))).isEqualTo(generated);
        }
    }

    @Test
    void theLastBatchIsDroppedWhenThatIsAskedFor() throws IOException {
        var sandbox = sandbox().write("train.py", LOADER);
        var plain = sandbox.run("fix", "--check-only", "train.py");
        assertThat(plain.code()).as(plain.all()).isZero();
        assertThat(plain.out()).doesNotContain("drop_last");
        var asked = sandbox.run("fix", "--check-only", "--drop-last", "--write", "train.py");
        assertThat(asked.out())
                .contains("written: train.py")
                .contains("Some of these edits change the numbers of a run");
        assertThat(Files.readString(sandbox.folder.resolve("train.py")))
                .isEqualTo(LOADER.replace("shuffle=True)", "shuffle=True, drop_last=True)"));
        var again = sandbox.run("fix", "--check-only", "--drop-last", "train.py");
        assertThat(again.code()).as(again.all()).isZero();
    }

    @Test
    void aDrawInsideAPackageIsSeededAtTheCall() throws IOException {
        var sandbox =
                sandbox()
                        .write(
                                "train.py",
                                """
                                from sklearn.utils import shuffle

                                numbers = shuffle(list(range(50)))
                                print(numbers)
                                """);
        var answer =
                sandbox.run(
                        "fix", "--write", "--json", "fix.json", "--html", "fix.html", "train.py");
        assertThat(answer.code()).as(answer.all()).isZero();
        var page = Files.readString(temp.resolve("fix.html"));
        assertThat(page.replaceAll("<[^>]+>", " ").replaceAll("\\s+", " "))
                .as("a line as it ran, not as it was written afterwards")
                .contains("train.py:3 numbers &#x3D; shuffle(list(range(50))) ");
        var json = new JsonMapper().readTree(Files.readAllBytes(temp.resolve("fix.json")));
        assertThat(json.path("after").path("verdict").asString()).isEqualTo("identical");
        assertThat(json.path("edits"))
                .isNotEmpty()
                .allSatisfy(edit -> assertThat(edit.path("file").asString()).isEqualTo("train.py"));
    }

    @Test
    void aLongScriptIsProvedForItsFirstSteps() throws IOException {
        var sandbox = sandbox().write("train.py", MODEL.formatted(100_000, "0"));
        var answer = sandbox.run("fix", "--steps", "3", "--write", "train.py");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.out())
                .contains("Proved for the first 3 steps of each run; what follows was not run.")
                .contains("written: train.py")
                .contains("next:  lockstep verify --steps 3 train.py");
        assertThat(Files.readString(temp.resolve("train.py"))).contains("torch.manual_seed(0)");
    }

    @Test
    void aFileThatChangesMeanwhileIsNotWritten() throws Exception {
        var script = MODEL.formatted(6, "0.5");
        var sandbox = sandbox().write("train.py", script);
        var file = temp.resolve("train.py");
        var lockstep = sandbox.process("fix", "--write", "train.py").start();
        waitForProof(sandbox, lockstep);
        Files.writeString(file, "# a remark\n", StandardOpenOption.APPEND);
        assertThat(lockstep.waitFor(300, TimeUnit.SECONDS)).isTrue();
        assertThat(sandbox.printed())
                .contains("train.py changed while its repair was proved, so nothing was written");
        assertThat(lockstep.exitValue()).isEqualTo(2);
        assertThat(Files.readString(file)).isEqualTo(script + "# a remark\n");
    }

    @Test
    void interruptingTheProofWritesNothing() throws Exception {
        assumeTrue(
                BadInputIT.heedsInterrupts(),
                "the build was started in the background, deaf to SIGINT");
        var script = MODEL.formatted(8, "0.5");
        var sandbox = sandbox().write("train.py", script);
        var lockstep = sandbox.process("fix", "--write", "train.py").start();
        waitForProof(sandbox, lockstep);
        new ProcessBuilder("kill", "-INT", Long.toString(lockstep.pid())).start().waitFor();
        assertThat(lockstep.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(sandbox.printed())
                .contains("The cause, proved:\n  LS104 unseeded-torch")
                .contains("+torch.manual_seed(0)")
                .contains("Cannot tell: interrupted")
                .contains("Interrupted: these edits are not proved, and nothing was written.")
                .doesNotContain("sometimes");
        assertThat(lockstep.exitValue()).isEqualTo(2);
        assertThat(Files.readString(temp.resolve("train.py"))).isEqualTo(script);
        assertThat(sandbox.processesAfter(2000)).isEmpty();
    }

    @Test
    void interruptingTheSearchIsNoRareDifference() throws Exception {
        assumeTrue(
                BadInputIT.heedsInterrupts(),
                "the build was started in the background, deaf to SIGINT");
        var script = MODEL.formatted(20, "0.5");
        var sandbox = sandbox().write("train.py", script);
        var lockstep = sandbox.process("fix", "--write", "train.py").start();
        waitFor(sandbox, lockstep, "looking for the cause");
        new ProcessBuilder("kill", "-INT", Long.toString(lockstep.pid())).start().waitFor();
        assertThat(lockstep.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(sandbox.printed())
                .contains("The search for causes was interrupted before one was proved.")
                .contains("Interrupted: no edit was proved, and nothing was written.")
                .doesNotContain("sometimes", "No edit removes it");
        assertThat(lockstep.exitValue()).isEqualTo(2);
        assertThat(Files.readString(temp.resolve("train.py"))).isEqualTo(script);
    }

    @Test
    void anAnswerThatCannotBeWrittenIsNoBug() throws IOException {
        var sandbox = sandbox();
        var answer =
                sandbox.run("fix", "--check-only", "--json", "no-such-folder/fix.json", "train.py");
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err())
                .contains("no-such-folder/fix.json cannot be written: its folder is not there");
    }

    private static void waitForProof(Sandbox sandbox, Process lockstep) throws Exception {
        waitFor(sandbox, lockstep, "proving on a copy");
    }

    private static void waitFor(Sandbox sandbox, Process lockstep, String text) throws Exception {
        for (int tries = 0; tries < 3000 && lockstep.isAlive(); tries++) {
            if (sandbox.printed().contains(text)) {
                return;
            }
            Thread.sleep(100);
        }
        assertThat(sandbox.printed()).contains(text);
    }
}
