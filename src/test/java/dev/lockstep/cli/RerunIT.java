package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    /// Compiled with every pin: kernels are neither timed against each other nor taken from a
    /// cache.
    @Test
    void aCompiledTrainingThatNobodySeededIsTheSameAgain() throws Exception {
        sandbox.python(Sandbox.firstPython());
        assumeTrue(
                ExamplesIT.torch(Sandbox.firstPython()).startsWith("2.")
                        && Files.isExecutable(Path.of("/usr/bin/g++")),
                "needs a torch that compiles, and a C++ compiler");
        sandbox.write(
                "train.py",
                """
                import torch

                net = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.Dropout(0.5))
                compiled = torch.compile(net, mode="max-autotune")
                optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
                for step in range(3):
                    optimizer.zero_grad()
                    compiled(torch.randn(16, 3)).square().mean().backward()
                    optimizer.step()
                graphs = torch._dynamo.utils.counters["stats"]["unique_graphs"]
                print("compiled", graphs)
                """);
        var answer = sandbox.run("run", "--name", "baseline", "train.py");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.out()).contains("compiled 1\n");
        assertThat(answer.all()).containsSubsequence("pinned with seed 0", "compile");
        assertThat(rerun(0).out()).contains("✓ The two runs agree bit for bit: 3 steps,");
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

    static Stream<org.junit.jupiter.params.provider.Arguments> pairs() {
        var all = pythons().limit(2).toList();
        return all.size() < 2
                ? Stream.of(org.junit.jupiter.params.provider.Arguments.of("", ""))
                : Stream.of(all, all.reversed())
                        .map(two ->
                                org.junit.jupiter.params.provider.Arguments.of(
                                        two.getFirst(), two.getLast()));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void anotherTorchIsSaidFirstAndIsTheCauseWhereTheRecordsPythonIsStillThere(
            String then, String now) throws IOException {
        assumeTrue(!then.isEmpty(), "needs two interpreters");
        sandbox.python(then);
        // The default number of threads and the order of the set do not matter here.
        sandbox.write(
                "train.py",
                TRAINING.replaceFirst("weight = .*", "weight = 1 + len(torch.__version__) / 64"));
        record();
        var answer = rerun(1, "--python", now);
        var differences = verdict().path("environment_differences");
        assertThat(differences.get(0).path("hazard").asString()).isEqualTo("LS403");
        assertThat(differences.get(0).path("what").asString()).isEqualTo("torch");
        assertThat(answer.out())
                .containsSubsequence(
                        "LS403",
                        "torch",
                        "numpy",
                        "again, beside its record",
                        "✗ The two runs part");
        proved("LS403", verdict().path("causes").get(0).path("recorded").asString());
        assertThat(verdict().path("causes").get(0).path("recorded").asString())
                .startsWith("Python " + then + " with its packages (torch ");

        // What came with the interpreter is in the comparison of both records too.
        var diff = sandbox.run("diff", "baseline", "last");
        assertThat(diff.out()).containsSubsequence("LS403", "torch", "LS403", "package", "numpy");

        // Where the interpreter is gone, nothing is claimed.
        var environment =
                sandbox.folder.resolve(
                        ".lockstep/runs/"
                                + new dev.lockstep.record.RunStore(
                                                sandbox.folder.resolve(".lockstep/runs"))
                                        .ids()
                                        .getFirst()
                                + "/environment.json");
        Files.writeString(
                environment,
                Files.readString(environment)
                        .replace("\"" + then + "\"", "\"/nonexistent/python\""));
        answer = rerun(1, "--python", now);
        assertThat(verdict().path("causes").size()).isZero();
        assertThat(verdict().path("suspected").get(0).path("why").asString())
                .startsWith("torch ")
                .contains("is not what this Python has");
        assertThat(answer.out()).contains("--python EXE      with a Python that has what it had");
    }

    /// NumPy computes other numbers since version 2, where a scalar of 32 bits meets a number of
    /// Python's. Debian's is older and can be loaded by the same Python.
    @Test
    void anotherNumPyIsSaidFirstAndIsTheCauseWhereAVariableBringsIt() throws IOException {
        var packages = temp.toRealPath().resolve("packages");
        assumeTrue(
                olderNumPy(packages), "needs Debian's NumPy and a newer one for the same Python");
        sandbox.python(Sandbox.firstPython());
        sandbox.write(
                "train.py",
                TRAINING.replaceFirst(
                        "weight = .*",
                        "import numpy\nweight = 1e7 * (float(numpy.float32(0.1) * 3.3) - 0.33)"));
        record();
        sandbox.environment.put("PYTHONPATH", packages.toString());
        var answer = rerun(1);
        assertThat(answer.out()).containsSubsequence("LS403", "numpy", "LS405", "again");
        var then = verdict().path("environment_differences").get(0).path("reference").asString();
        proved("LS403", "numpy " + then + " (by variable PYTHONPATH not set)");
        assertThat(verdict().path("ruled_out").size()).isZero();
    }

    private static boolean olderNumPy(Path packages) throws IOException {
        var debian = Path.of("/usr/lib/python3/dist-packages");
        if (!Files.isDirectory(debian.resolve("numpy"))) {
            return false;
        }
        Files.createDirectories(packages);
        try (var entries = Files.newDirectoryStream(debian, "numpy*")) {
            for (var entry : entries) {
                Files.createSymbolicLink(packages.resolve(entry.getFileName()), entry);
            }
        }
        return numpy(Map.of()).startsWith("2.")
                && numpy(Map.of("PYTHONPATH", packages.toString())).startsWith("1.");
    }

    /// The version of NumPy that the interpreter of the tests loads; empty when it loads none.
    private static String numpy(Map<String, String> variables) throws IOException {
        var builder =
                new ProcessBuilder(
                        Sandbox.firstPython(), "-c", "import numpy; print(numpy.__version__)");
        builder.environment().putAll(variables);
        var process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void anotherVersionOfAPackageIsSaidFirstAndOnlySuspected() throws IOException {
        sandbox.python(Sandbox.firstPython());
        var packages = temp.toRealPath().resolve("site-packages");
        sandbox.environment.put("PYTHONPATH", packages.toString());
        install(packages, "1.0", "0.5");
        sandbox.write(
                "train.py",
                TRAINING.replaceFirst("weight = .*", "import scaling\nweight = scaling.factor"));
        record();
        rerun(0);
        install(packages, "1.1", "0.25");
        var answer = rerun(1);
        assertThat(answer.out()).containsSubsequence("LS403", "scaling", "1.0", "1.1", "again");
        assertThat(verdict().path("causes").size()).isZero();
        assertThat(verdict().path("suspected").get(0).path("hazard").asString()).isEqualTo("LS403");
        assertThat(verdict().path("suspected").get(0).path("why").asString())
                .isEqualTo("scaling 1.0 is not installed for this Python; it has 1.1");
    }

    private static void install(Path packages, String version, String factor) throws IOException {
        dev.lockstep.process.Workspace.delete(packages);
        var notes = Files.createDirectories(packages.resolve("scaling-" + version + ".dist-info"));
        Files.writeString(notes.resolve("METADATA"), "Name: scaling\nVersion: " + version + "\n");
        Files.writeString(notes.resolve("RECORD"), "scaling.py,sha256=" + factor + ",1\n");
        Files.writeString(packages.resolve("scaling.py"), "factor = " + factor + "\n");
    }

    @Test
    void anArgumentInAShellScriptIsTheCause() throws IOException {
        sandbox.python(Sandbox.firstPython());
        sandbox.write(
                "train.py",
                TRAINING.replaceFirst("weight = .*", "import sys\nweight = float(sys.argv[1])"));
        sandbox.write("job.sh", sandbox.environment.get("LOCKSTEP_PYTHON") + " train.py 0.5\n");
        var made = sandbox.run("run", "--name", "baseline", "--", "sh", "job.sh");
        assertThat(made.code()).as(made.all()).isZero();
        sandbox.write("job.sh", sandbox.environment.get("LOCKSTEP_PYTHON") + " train.py 0.25\n");
        rerun(1);
        proved("LS401", "source of job.sh");
    }

    @Test
    void anotherArgumentIsSaidFirstByDiff() throws IOException {
        sandbox.python(Sandbox.firstPython());
        sandbox.write(
                "train.py",
                TRAINING.replaceFirst("weight = .*", "import sys\nweight = float(sys.argv[1])"));
        for (var factor : List.of("0.5", "0.25")) {
            var made = sandbox.run("run", "--name", "by" + factor, "train.py", factor);
            assertThat(made.code()).as(made.all()).isZero();
        }
        sandbox.write("data.csv", "1,2,3\n4,5,6\n7,8,9\n2,4,7\n");
        var diff = sandbox.run("diff", "by0.5", "by0.25", "--json", "v.json");
        assertThat(diff.code()).as(diff.all()).isEqualTo(1);
        assertThat(diff.out())
                .containsSubsequence("LS405", "command", "train.py 0.5", "train.py 0.25")
                .contains("✗ The two runs part at step 0, in the loss.");
        assertThat(verdict().path("environment_differences").get(0).path("what").asString())
                .isEqualTo("command");
        // A rerun takes the arguments from the record, whatever ran last.
        Files.writeString(sandbox.folder.resolve("data.csv"), "1,2,3\n4,5,6\n7,8,9\n2,4,8\n");
        var answer = sandbox.run("rerun", "by0.5");
        assertThat(answer.code()).as(answer.all()).isZero();
    }

    @Test
    void whatWasReadFromStandardInputIsGivenAgain() throws IOException {
        sandbox.python(Sandbox.firstPython());
        sandbox.write(
                "train.py",
                TRAINING.replaceFirst("weight = .*", "import sys\nweight = float(input())"));
        sandbox.write("half.txt", "0.5\n");
        sandbox.write("quarter.txt", "0.25\n");
        var made = sandbox.run("run", "--name", "baseline", "--stdin", "half.txt", "train.py");
        assertThat(made.code()).as(made.all()).isZero();
        assertThat(sandbox.run("show", "baseline").out()).contains("/dev/stdin  4 B");
        Files.delete(sandbox.folder.resolve("half.txt"));
        assertThat(rerun(0).out()).contains("Nothing that the record holds differs from today.");
        rerun(1, "--stdin", "quarter.txt");
        proved("LS402", "what stood in the standard input");

        // What is not read is not kept.
        sandbox.write("deaf.py", TRAINING.replaceFirst("weight = .*", "weight = 1"));
        made = sandbox.run("run", "--stdin", "quarter.txt", "deaf.py");
        assertThat(made.code()).as(made.all()).isZero();
        assertThat(sandbox.run("show", "last").out()).doesNotContain("/dev/stdin");
    }

    @Test
    void aLargeDataFileIsPutBackWhenItWasKept() throws IOException {
        sandbox.python(Sandbox.firstPython());
        sandbox.write(
                "train.py",
                TRAINING.replaceFirst("weight = .*", "weight = float(open('large.txt').read())"));
        sandbox.write("large.txt", "0.5" + "0".repeat(1_500_000) + "\n");
        record();
        sandbox.write("large.txt", "0.25" + "0".repeat(1_500_000) + "\n");
        rerun(1);
        assertThat(verdict().path("causes").size()).isZero();
        assertThat(verdict().path("suspected").get(0).path("why").asString())
                .startsWith("large.txt: what it held then is kept nowhere (")
                .endsWith("`lockstep run --keep-data SIZE` keeps larger files");

        sandbox.write("large.txt", "0.5" + "0".repeat(1_500_000) + "\n");
        var made = sandbox.run("run", "--name", "baseline", "--keep-data", "2m", "train.py");
        assertThat(made.code()).as(made.all()).isZero();
        sandbox.write("large.txt", "0.25" + "0".repeat(1_500_000) + "\n");
        rerun(1);
        proved("LS402", "content of large.txt");
        assertThat(sandbox.run("run", "--keep-data", "2 GB", "train.py").err())
                .contains("--keep-data 2 GB is not the size of a file that can be kept");
    }

    @Test
    void aRunThatFailsAgainInTheSamePlaceIsToldSoAndProvesCausesToo() throws IOException {
        sandbox.python(Sandbox.firstPython());
        sandbox.write(
                "train.py", TRAINING.replaceFirst("torch.save.*", "raise ValueError('gone')"));
        var made = sandbox.run("run", "--name", "baseline", "train.py");
        assertThat(made.code()).as(made.all()).isEqualTo(2);
        assertThat(rerun(2).out())
                .contains("? Cannot tell: both runs ended with ValueError at train.py:20")
                .contains("after 4 steps that agree");
        sandbox.write("model.py", MODEL.replace("WIDTH = 8", "WIDTH = 9"));
        rerun(1);
        proved("LS401", "source of model.py");
    }

    @Test
    void anInterruptedRunIsDoneAgainAsFarAsItWent() throws Exception {
        sandbox.python(Sandbox.firstPython());
        var slow =
                TRAINING.replace("range(4)", "range(2000)")
                        .replace(
                                "optimizer.step()",
                                "optimizer.step()\n    __import__('time').sleep(0.05)");
        sandbox.write("train.py", slow);
        var killed = sandbox.process("run", "--name", "baseline", "train.py").start();
        var steps = 0L;
        for (int i = 0; i < 1200 && steps < 3; i++) {
            Thread.sleep(100);
            var shown = sandbox.run("runs", "--json");
            steps =
                    new JsonMapper()
                            .readTree(shown.out()).findValues("steps").stream()
                                    .mapToLong(JsonNode::asLong)
                                    .max()
                                    .orElse(0);
        }
        killed.destroyForcibly();
        killed.waitFor();
        assertThat(sandbox.processesAfter(6000)).isEmpty();
        assertThat(rerun(2).out())
                .containsPattern(
                        "\\? Cannot tell: the record was never closed, because Lockstep was ended, after [0-9]+ steps; as far as it goes the run agrees with it");
        assertThat(verdict().path("compared").path("steps").asLong()).isBetween(3L, 1500L);
        sandbox.write("model.py", MODEL.replace("WIDTH = 8", "WIDTH = 9"));
        assertThat(rerun(1).out()).contains("1 cause, proved");
        assertThat(verdict().path("causes").get(0).path("recorded").asString())
                .isEqualTo("source of model.py");
    }

    @Test
    void aRunThatShallGoOnGoesOnToItsEnd() throws IOException {
        sandbox.python(Sandbox.firstPython());
        record();
        sandbox.write("options.json", "{\"lr\": 0.02}\n");
        assertThat(rerun(1, "--keep-going", "--no-diagnosis").out())
                .containsPattern(
                        "again, beside its record … parted at step 0 and went on, ended after");
        assertThat(sandbox.run("diff", "baseline", "last").out())
                .contains("furthest apart at step 3:");
    }
}
