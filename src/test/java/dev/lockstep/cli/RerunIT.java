package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A run is recorded, one thing changes, and doing it again names that thing and proves it.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RerunIT {
    private static final String TRAINING =
            """
            import json
            import os
            import torch
            import model

            torch.manual_seed(3)
            options = json.load(open("options.json"))
            rows = [[float(cell) for cell in line.split(",")] for line in open("data.csv")]
            inputs = torch.tensor(rows)
            targets = inputs.sum(1, keepdim=True) * float(os.environ.get("SCALE", "1"))
            net = model.make()
            optimizer = torch.optim.SGD(net.parameters(), lr=options["lr"])
            order = list({"red", "green", "blue", "yellow", "black", "white"})
            weight = 1 + order.index("red") / 8 + torch.get_num_threads() / 16
            for step in range(4):
                loss = weight * torch.nn.functional.mse_loss(net(inputs), targets)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            torch.save(net.state_dict(), "model.pt")
            """;

    private static final String MODEL =
            """
            import torch

            WIDTH = 8


            def make():
                return torch.nn.Sequential(torch.nn.Linear(3, WIDTH), torch.nn.Linear(WIDTH, 1))
            """;

    @TempDir Path temp;
    Sandbox sandbox;

    @BeforeEach
    void project() throws IOException {
        sandbox = new Sandbox(Files.createDirectories(temp.resolve("project")));
        sandbox.write("train.py", TRAINING);
        sandbox.write("model.py", MODEL);
        sandbox.write("options.json", "{\"lr\": 0.01}\n");
        sandbox.write("data.csv", "1,2,3\n4,5,6\n7,8,9\n2,4,8\n");
        sandbox.environment.put("PYTHONHASHSEED", "1");
        sandbox.environment.put("OMP_NUM_THREADS", "2");
    }

    static Stream<String> pythons() {
        return Sandbox.pythons();
    }

    private void record() {
        var answer = sandbox.run("run", "--name", "baseline", "train.py");
        assertThat(answer.code()).as(answer.all()).isZero();
    }

    private Sandbox.Answer rerun(int code, String... more) {
        var words =
                Stream.concat(
                                Stream.of(
                                        "rerun",
                                        "baseline",
                                        "--proof-runs",
                                        "2",
                                        "--json",
                                        "v.json"),
                                Stream.of(more))
                        .toArray(String[]::new);
        var answer = sandbox.run(words);
        assertThat(answer.code()).as(answer.all()).isEqualTo(code);
        return answer;
    }

    private JsonNode verdict() throws IOException {
        return new JsonMapper().readTree(Files.readAllBytes(sandbox.folder.resolve("v.json")));
    }

    /// The verdict says that exactly this is the cause.
    private void proved(String hazard, String recorded) throws IOException {
        var verdict = verdict();
        assertThat(verdict.path("verdict").asString()).isEqualTo("diverged");
        assertThat(verdict.path("causes").size()).isEqualTo(1);
        var cause = verdict.path("causes").get(0);
        assertThat(List.of(cause.path("hazard").asString(), cause.path("recorded").asString()))
                .containsExactly(hazard, recorded);
        assertThat(cause.path("proof").path("all_but_this").asString()).isEqualTo("diverged");
        assertThat(verdict.path("proof").path("steps").asLong()).isEqualTo(4);
        assertThat(verdict.path("environment_differences").get(0).path("hazard").asString())
                .isEqualTo(hazard);
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void whatIsAsItWasGivesTheSameAndAChangedLineIsTheCauseWhenItIsNot(String python)
            throws IOException {
        sandbox.python(python);
        record();
        Files.setLastModifiedTime(
                sandbox.folder.resolve("data.csv"), java.nio.file.attribute.FileTime.fromMillis(0));
        assertThat(rerun(0).out())
                .contains("Nothing that the record holds differs from today.")
                .contains("✓ The two runs agree bit for bit: 4 steps,");

        sandbox.write("model.py", MODEL.replace("WIDTH = 8", "WIDTH = 9"));
        sandbox.write("data.csv", "1,2,3\n4,5,6\n7,8,9\n2,4,8.0\n");
        var answer = rerun(1);
        assertThat(answer.out()).containsSubsequence("LS401", "model.py", "LS402", "data.csv");
        assertThat(answer.out()).contains("LS401 changed-code   model.py:3   source of model.py");
        proved("LS401", "source of model.py");
        assertThat(verdict().path("ruled_out").get(0).path("hazard").asString()).isEqualTo("LS402");

        var diff = sandbox.run("diff", "baseline", "last");
        assertThat(diff.code()).as(diff.all()).isEqualTo(1);
        assertThat(diff.out()).contains("-WIDTH = 8\n+WIDTH = 9\n");
        assertThat(diff.out()).doesNotContain("TRITON_CACHE_DIR");
    }

    @Test
    void aSeedFromTheClockIsTheSameInARunThatIsDoneAgain() throws IOException {
        sandbox.python(Sandbox.firstPython());
        sandbox.write(
                "train.py",
                "import time\nimport torch\nnow = int(time.time() * 1000)\ntorch.manual_seed(now)\n"
                        + TRAINING);
        record();
        rerun(0);
    }

    @Test
    void aChangedDataFileIsTheCause() throws IOException {
        sandbox.python(Sandbox.firstPython());
        record();
        sandbox.write("data.csv", "1,2,3\n4,5,6\n7,8,9\n2,4,7\n");
        rerun(1);
        proved("LS402", "content of data.csv");
        Files.delete(sandbox.folder.resolve("data.csv"));
        rerun(1);
        proved("LS402", "content of data.csv");
        for (var run : Files.newDirectoryStream(sandbox.folder.resolve(".lockstep/runs"))) {
            dev.lockstep.process.Workspace.delete(run.resolve("data"));
        }
        assertThat(rerun(2).out())
                .contains("? Cannot tell: the experiment fails here where its record went on")
                .contains("FileNotFoundError")
                .contains("data.csv, which it read, is not there");
    }

    @Test
    void aChangedOptionInAFileIsTheCause() throws IOException {
        sandbox.python(Sandbox.firstPython());
        record();
        sandbox.write("options.json", "{\"lr\": 0.02}\n");
        rerun(1);
        proved("LS402", "content of options.json");
    }

    @Test
    void theHashSeedTheThreadCountAndAVariableAreCauses() throws IOException {
        sandbox.python(Sandbox.firstPython());
        record();
        sandbox.environment.put("PYTHONHASHSEED", "2");
        rerun(1);
        proved("LS405", "variable PYTHONHASHSEED=1");
        sandbox.environment.put("PYTHONHASHSEED", "1");
        sandbox.environment.put("OMP_NUM_THREADS", "1");
        rerun(1);
        proved("LS405", "variable OMP_NUM_THREADS=2");
        sandbox.environment.put("OMP_NUM_THREADS", "2");
        sandbox.environment.put("SCALE", "2");
        sandbox.environment.put("SCALE_TOKEN", "hidden");
        rerun(1);
        proved("LS405", "variable SCALE not set");
    }

    @Test
    void aFileThatTheRunFindsOfItsOwnIsTheCause() throws IOException {
        sandbox.python(Sandbox.firstPython());
        sandbox.write(
                "train.py",
                TRAINING.replace(
                        "optimizer =",
                        "if os.path.exists('model.pt'):\n    net.load_state_dict(torch.load('model.pt'))\noptimizer ="));
        record();
        rerun(1);
        proved("LS402", "absence of model.pt");
    }

    @Test
    void whereNothingDiffersAndTheRunPartsItSaysSo() throws IOException {
        sandbox.python(Sandbox.firstPython());
        sandbox.write("train.py", TRAINING.replace("torch.manual_seed(3)", ""));
        var made = sandbox.run("run", "--no-pins", "--name", "baseline", "train.py");
        assertThat(made.code()).as(made.all()).isZero();
        assertThat(rerun(1).out())
                .contains("Nothing that the record holds differs from today, and yet the run parts")
                .contains("lockstep verify train.py");
        assertThat(verdict().path("causes").size()).isZero();
    }

    @Test
    void aProjectThatWasMovedGivesTheSame() throws IOException {
        sandbox.python(Sandbox.firstPython());
        record();
        var moved = Files.move(sandbox.folder, temp.toRealPath().resolve("elsewhere"));
        var there = new Sandbox(moved);
        there.environment.putAll(sandbox.environment);
        // The recorded interpreter is used where nobody names one.
        there.environment.remove("LOCKSTEP_PYTHON");
        there.environment.put("PATH", "/nonexistent");
        var answer = there.run("rerun", "baseline");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.err())
                .contains("note: the run was made in " + sandbox.folder)
                .contains("this one happens in " + moved);
    }

    @Test
    void anotherTorchIsSaidFirst() throws IOException {
        var pythons = pythons().toList();
        org.junit.jupiter.api.Assumptions.assumeTrue(pythons.size() > 1, "needs two interpreters");
        sandbox.python(pythons.getFirst());
        // The default number of threads and the order of the set do not matter here.
        sandbox.write("train.py", TRAINING.replaceFirst("weight = .*", "weight = 1"));
        record();
        var answer =
                sandbox.run("rerun", "baseline", "--python", pythons.get(1), "--json", "v.json");
        assertThat(answer.code()).as(answer.all()).isIn(0, 1);
        var first = verdict().path("environment_differences").get(0);
        assertThat(List.of(first.path("hazard").asString(), first.path("what").asString()))
                .containsExactly("LS403", "torch");
        assertThat(answer.out()).containsSubsequence("LS403", "torch", "numpy", "after");
        if (answer.code() == 1) {
            assertThat(answer.out()).contains("✗ The two runs part at step");
            assertThat(verdict().path("causes").size()).isZero();
            assertThat(verdict().path("suspected").get(0).path("why").asString())
                    .startsWith("torch ")
                    .contains("is not what this Python has");
        }
    }
}
