package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/// Whole verdicts on small real trainings, on every torch that is here.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class VerifyIT {
    private static final String TRAINING =
            """
            import sys
            import torch
            from torch.utils.data import DataLoader, TensorDataset

            if "seeded" in sys.argv:
                torch.manual_seed(3)
            inputs = torch.arange(480.0).reshape(48, 10) / 480
            targets = inputs.sum(1, keepdim=True)
            model = torch.nn.Linear(10, 1)
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            for epoch in range(2):
                for x, y in DataLoader(TensorDataset(inputs, targets), batch_size=16, shuffle=True):
                    loss = torch.nn.functional.mse_loss(model(x), y)
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                print("epoch", epoch, "loss", loss.item())
            """;

    @TempDir Path temp;
    Sandbox sandbox;

    @BeforeEach
    void sandbox() throws IOException {
        sandbox = new Sandbox(temp);
        sandbox.write("train.py", TRAINING);
    }

    static java.util.stream.Stream<String> pythons() {
        return Sandbox.pythons();
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void aSeededTrainingIsIdentical(String python) throws IOException {
        var answer = sandbox.python(python).run("verify", "--json", "v.json", "train.py", "seeded");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.out()).contains("✓ The two runs agree bit for bit: 6 steps,");
        var json = new JsonMapper().readTree(Files.readAllBytes(temp.resolve("v.json")));
        assertThat(json.path("verdict").asString()).isEqualTo("identical");
        assertThat(json.path("compared").path("steps").asLong()).isEqualTo(6);
        assertThat(json.path("compared").path("tensors").asLong()).isGreaterThan(24);
        assertThat(json.path("experiment").path("command").get(0).asString()).isEqualTo("train.py");
        assertThat(json.path("divergence").isNull()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void anUnseededTrainingParts(String python) throws IOException {
        var answer =
                sandbox.python(python).run("verify", "--no-diagnosis", "--json", "-", "train.py");
        assertThat(answer.code()).as(answer.all()).isEqualTo(1);
        var json = new JsonMapper().readTree(answer.out());
        assertThat(json.path("verdict").asString()).isEqualTo("diverged");
        assertThat(json.path("divergence").path("step").asLong()).isZero();
        assertThat(json.path("divergence").path("file").asString()).isEqualTo("train.py");
        assertThat(answer.err()).contains("✗ The two runs part at step 0");
    }

    @Test
    void stepsLimitWhatIsCompared() {
        var answer =
                sandbox.python(Sandbox.firstPython())
                        .run("verify", "--steps", "2", "train.py", "seeded");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.out()).contains("2 steps").contains("not compared: what follows step 2");
        assertThat(answer.out()).doesNotContain("6 steps");
    }

    @Test
    void oneAfterTheOtherGivesTheSameAnswer() {
        sandbox.python(Sandbox.firstPython());
        var identical = sandbox.run("verify", "--sequential", "train.py", "seeded");
        assertThat(identical.code()).as(identical.all()).isZero();
        assertThat(identical.out()).contains("6 steps");
        var parted = sandbox.run("verify", "--sequential", "--no-diagnosis", "train.py");
        assertThat(parted.code()).as(parted.all()).isEqualTo(1);
        var inPlace = sandbox.run("verify", "--in-place", "train.py", "seeded");
        assertThat(inPlace.code()).as(inPlace.all()).isZero();
    }

    @Test
    void severalRunsAreComparedWithTheFirst() {
        var answer =
                sandbox.python(Sandbox.firstPython())
                        .run("verify", "--runs", "3", "train.py", "seeded");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.out()).contains("All 3 runs agree bit for bit: 6 steps");
    }

    @Test
    void bothRunsStartFromTheSameFilesAndLeaveNoneBehind() throws IOException {
        sandbox.write(
                "counting.py",
                """
                import pathlib
                import torch

                torch.manual_seed(0)
                count = pathlib.Path("count.txt")
                before = int(count.read_text()) if count.exists() else 0
                count.write_text(str(before + 1))
                model = torch.nn.Linear(4, before + 1)
                optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
                model(torch.ones(2, 4)).sum().backward()
                optimizer.step()
                torch.save(model.state_dict(), "model.pt")
                """);
        sandbox.write("count.txt", "4");
        sandbox.python(Sandbox.firstPython());
        var answer = sandbox.run("verify", "counting.py");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(temp.resolve("count.txt")).hasContent("4");
        assertThat(temp.resolve("model.pt")).doesNotExist();
        try (var left = Files.list(temp.resolve(".lockstep/work"))) {
            assertThat(left).isEmpty();
        }
        // The same script in the folder itself sees what the run before wrote, and says so.
        var inPlace = sandbox.run("verify", "--in-place", "--no-diagnosis", "counting.py");
        assertThat(inPlace.code()).as(inPlace.all()).isEqualTo(1);
        assertThat(temp.resolve("count.txt")).hasContent("6");
    }

    @Test
    void timesThatArePrintedMakeNoDivergence() throws IOException {
        sandbox.write(
                "timed.py",
                """
                import time
                import torch

                torch.manual_seed(0)
                begun = time.time()
                print("it is", time.time(), "and done", time.time() - begun)
                """);
        var answer = sandbox.python(Sandbox.firstPython()).run("verify", "timed.py");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.out()).contains("they differ as the clock does");
    }

    @Test
    void aResultThatFollowsFromASeedFromTheClockIsNoTime() throws IOException {
        sandbox.write(
                "sampled.py",
                """
                import random
                import time

                rng = random.Random(time.time())
                print("median", sorted(rng.random() for _ in range(99))[49])
                """);
        var answer =
                sandbox.python(Sandbox.firstPython())
                        .run("verify", "--json", "v.json", "sampled.py");
        assertThat(answer.code()).as(answer.all()).isEqualTo(1);
        var json = new JsonMapper().readTree(Files.readAllBytes(temp.resolve("v.json")));
        assertThat(json.at("/causes/0/hazard").asString()).as(answer.all()).isEqualTo("LS109");
        assertThat(json.at("/causes/0/line").asInt()).isEqualTo(4);
    }

    /// Both runs have the same date, and a run on another day has not.
    @Test
    void aSeedOfTodaysDateIsFoundThoughBothRunsHaveIt() throws IOException {
        sandbox.write(
                "dated.py",
                """
                import random
                from datetime import date

                rng = random.Random(date.today().replace(year=2001, day=1).toordinal())
                print("median", sorted(rng.random() for _ in range(99))[49])
                """);
        var answer =
                sandbox.python(Sandbox.firstPython()).run("verify", "--json", "v.json", "dated.py");
        assertThat(answer.code()).as(answer.all()).isEqualTo(1);
        var json = new JsonMapper().readTree(Files.readAllBytes(temp.resolve("v.json")));
        assertThat(json.at("/causes/0/hazard").asString()).as(answer.all()).isEqualTo("LS109");
        assertThat(json.at("/causes/0/line").asInt()).isEqualTo(4);

        // The clock read for another purpose costs one more run and changes no verdict.
        sandbox.write(
                "stamped.py",
                """
                import random
                from datetime import datetime

                seed = 7
                print("begun", datetime.now())
                rng = random.Random(seed)
                print("median", sorted(rng.random() for _ in range(99))[49])
                """);
        answer = sandbox.run("verify", "stamped.py");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.out()).contains("once more at another time … they are the same");
    }

    @Test
    void roundedTextSaysNothingAboutWhatNobodySeeded() throws IOException {
        sandbox.write(
                "rounded.py",
                """
                import random

                rng = random.Random()
                print("mean %.0f" % (sum(rng.random() for _ in range(9999)) / 9999 * 1.8))
                """);
        var answer =
                sandbox.python(Sandbox.firstPython())
                        .run("verify", "--json", "v.json", "rounded.py");
        assertThat(answer.code()).as(answer.all()).isEqualTo(2);
        assertThat(answer.out()).contains("nobody seeded, at rounded.py:3 (random.Random)");
        var json = new JsonMapper().readTree(Files.readAllBytes(temp.resolve("v.json")));
        assertThat(json.at("/suspected/0/hazard").asString()).isEqualTo("LS111");
    }

    @Test
    void textThatDependsOnTheClockAndTellsNoTimeCannotBeJudged() throws IOException {
        sandbox.write("chosen.py", "import time\nprint('chosen', hash(time.time()) % 1000003)\n");
        var answer = sandbox.python(Sandbox.firstPython()).run("verify", "chosen.py");
        assertThat(answer.code()).as(answer.all()).isEqualTo(2);
        assertThat(answer.out()).contains("nothing else was compared that tells whether");
    }

    @Test
    void textThatDiffersByItselfIsADivergence() throws IOException {
        sandbox.write("drawing.py", "import random\nprint('drawn', random.randrange(10**9))\n");
        var answer =
                sandbox.python(Sandbox.firstPython()).run("verify", "--no-diagnosis", "drawing.py");
        assertThat(answer.code()).as(answer.all()).isEqualTo(1);
        assertThat(answer.out()).contains("in what they print, line 1").contains("drawn");
    }

    @Test
    void withoutTensorsStandardErrorAndFilesOfCompiledCodeCount() throws IOException {
        sandbox.write(
                "logged.py",
                "import random, sys\nprint('ready')\nprint('drawn', random.random(), file=sys.stderr)\n");
        sandbox.write(
                "made.py",
                "import os\nprint('ready')\nos.system('head -c 8 /dev/urandom > made.bin')\n");
        sandbox.python(Sandbox.firstPython());
        var logged = sandbox.run("verify", "--no-diagnosis", "logged.py");
        assertThat(logged.code()).as(logged.all()).isEqualTo(1);
        assertThat(logged.out()).contains("stderr.log line 1");
        var made = sandbox.run("verify", "--no-diagnosis", "made.py");
        assertThat(made.code()).as(made.all()).isEqualTo(1);
        assertThat(made.out()).contains("made.bin");
    }

    @Test
    void aScriptThatDoesNothingCannotBeJudged() throws IOException {
        sandbox.write("empty.py", "pass\n");
        var answer = sandbox.python(Sandbox.firstPython()).run("verify", "empty.py");
        assertThat(answer.code()).as(answer.all()).isEqualTo(2);
        assertThat(answer.out()).contains("? Cannot tell");
    }

    @Test
    void modulesAndCommandsRunToo() throws IOException {
        sandbox.write("package/__init__.py", "").write("package/train.py", TRAINING);
        sandbox.python(Sandbox.firstPython());
        var module = sandbox.run("verify", "-m", "package.train", "seeded", "--steps", "3");
        assertThat(module.code()).as(module.all()).isZero();
        assertThat(module.out()).contains("6 steps");
        var command =
                sandbox.run("verify", "--", "sh", "-c", Sandbox.firstPython() + " train.py seeded");
        assertThat(command.code()).as(command.all()).isZero();
        assertThat(command.out()).contains("6 steps");
    }
}
