package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Scripts and machines that misbehave: each gets its message, and no process is left.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BadInputIT {
    private static final String STEPS =
            """
            import os, signal, subprocess, sys, time
            import torch

            torch.manual_seed(0)
            model = torch.nn.Linear(4, 1)
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

            def steps(count, pause=0.0):
                for _ in range(count):
                    optimizer.zero_grad()
                    model(torch.ones(2, 4)).sum().backward()
                    optimizer.step()
                    time.sleep(pause)

            """;

    @TempDir Path temp;
    Sandbox sandbox;

    @BeforeEach
    void sandbox() throws IOException {
        sandbox = new Sandbox(temp).python(Sandbox.firstPython());
    }

    private void script(String end) throws IOException {
        sandbox.write("train.py", STEPS + end);
    }

    @Test
    void aCrashShowsItsOwnTraceback() throws Exception {
        script("steps(3)\nraise ValueError('the loss is gone')\n");
        var answer = sandbox.run("verify", "train.py");
        assertThat(answer.code()).as(answer.all()).isEqualTo(2);
        assertThat(answer.out())
                .contains("Traceback (most recent call last)")
                .contains("ValueError: the loss is gone")
                .contains("train.py\", line")
                .contains("? Cannot tell: both runs ended with")
                .contains("3 steps that agree");
        assertThat(sandbox.processesAfter(0)).isEmpty();
    }

    @Test
    void aModuleThatIsMissingIsSaidWithTheInterpreter() throws Exception {
        sandbox.write("train.py", "import no_such_module_here\n");
        var answer = sandbox.run("verify", "train.py");
        assertThat(answer.code()).as(answer.all()).isEqualTo(2);
        assertThat(answer.out())
                .contains("no_such_module_here")
                .contains("it ran with " + Sandbox.firstPython());
    }

    @Test
    void standardInputIsEmptyUnlessGiven() throws Exception {
        script("word = input()\ntorch.manual_seed(len(word))\nsteps(2)\nprint('got', word)\n");
        var without = sandbox.run("verify", "train.py");
        assertThat(without.code()).as(without.all()).isEqualTo(2);
        assertThat(without.out()).contains("EOFError").contains("--stdin FILE");
        sandbox.write("words.txt", "seven\n");
        var with = sandbox.run("verify", "--stdin", "words.txt", "train.py");
        assertThat(with.code()).as(with.all()).isZero();
        assertThat(with.out()).contains("2 steps");
        var missing = sandbox.run("verify", "--stdin", "none.txt", "train.py");
        assertThat(missing.err()).contains("no readable file none.txt");
        var redirected =
                sandbox.process("verify", "train.py")
                        .redirectInput(temp.resolve("words.txt").toFile())
                        .start();
        assertThat(redirected.waitFor()).as(sandbox.printed()).isZero();
    }

    @Test
    void anotherWorkingDirectoryIsStillTheMirror() throws Exception {
        script(
                "os.makedirs('deep/er', exist_ok=True)\nos.chdir('deep/er')\nsteps(2)\nopen('left.txt', 'w').write('x')\n");
        var answer = sandbox.run("verify", "train.py");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(temp.resolve("deep")).doesNotExist();
    }

    @Test
    void aDaemonDoesNotOutliveItsRun() throws Exception {
        script(
                """
                steps(2)
                daemon = "import os, time; os.setsid(); time.sleep(600)"
                subprocess.Popen([sys.executable, "-c", daemon], start_new_session=True)
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        time.sleep(600)
                    os._exit(0)
                time.sleep(0.3)
                """);
        var answer = sandbox.run("verify", "train.py");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.out()).contains("2 steps");
        assertThat(sandbox.processesAfter(2000)).isEmpty();
    }

    @Test
    void osExitIsAnEndLikeAnother() throws Exception {
        script("steps(3)\nsys.stdout.flush()\nos._exit(0)\n");
        var answer = sandbox.run("verify", "train.py");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.out()).contains("3 steps");
    }

    @Test
    void aKilledScriptIsNeverCalledIdentical() throws Exception {
        script("steps(3)\nos.kill(os.getpid(), signal.SIGKILL)\n");
        var answer = sandbox.run("verify", "train.py");
        assertThat(answer.code()).as(answer.all()).isEqualTo(2);
        assertThat(answer.out()).contains("? Cannot tell").contains("3 steps");
        assertThat(sandbox.processesAfter(0)).isEmpty();
    }

    @Test
    void killingLockstepEndsEverything() throws Exception {
        script("steps(600, 0.1)\n");
        var lockstep = sandbox.process("verify", "train.py").start();
        waitForSteps();
        assertThat(sandbox.processes()).isNotEmpty();
        lockstep.destroyForcibly();
        lockstep.waitFor();
        assertThat(sandbox.processesAfter(6000)).isEmpty();
        // What the killed one left in its mirrors the next one removes.
        var work = temp.resolve(".lockstep/work");
        try (var left = Files.list(work)) {
            assertThat(left).isNotEmpty();
        }
        sandbox.write("quick.py", "print('quick')\n");
        assertThat(sandbox.run("run", "--no-pins", "quick.py").code()).isZero();
        try (var left = Files.list(work)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void interruptingGivesTheVerdictSoFar() throws Exception {
        assumeTrue(heedsInterrupts(), "the build was started in the background, deaf to SIGINT");
        script("steps(600, 0.1)\n");
        var lockstep = sandbox.process("verify", "train.py").start();
        waitForSteps();
        new ProcessBuilder("kill", "-INT", Long.toString(lockstep.pid())).start().waitFor();
        assertThat(lockstep.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(sandbox.printed())
                .contains("? Cannot tell: interrupted after step")
                .contains("Up to there the runs agree");
        assertThat(lockstep.exitValue()).isEqualTo(2);
        assertThat(sandbox.processesAfter(2000)).isEmpty();
        try (var left = Files.list(temp.resolve(".lockstep/work"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void longRunsStopSoonAfterTheyPart() throws Exception {
        script(
                "import random\ntorch.manual_seed(random.randrange(10**9))\nmodel.reset_parameters()\nsteps(6000, 0.1)\n");
        long begun = System.nanoTime();
        var answer = sandbox.run("verify", "--no-diagnosis", "train.py");
        assertThat(answer.code()).as(answer.all()).isEqualTo(1);
        assertThat((System.nanoTime() - begun) / 1_000_000_000).isLessThan(120);
        assertThat(sandbox.processesAfter(0)).isEmpty();
    }

    @Test
    void aFixedPortMakesTheRunsGoOneAfterTheOther() throws Exception {
        int port;
        try (var socket = new java.net.ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        script(
                "import socket\nserver = socket.socket()\nserver.bind(('127.0.0.1', "
                        + port
                        + "))\nserver.listen()\nsteps(3, 0.2)\n");
        var answer = sandbox.run("verify", "train.py");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.out()).contains("fixed network port").contains("3 steps");
    }

    @Test
    void aFullDiskIsSaid() throws Exception {
        var disk = Files.createDirectory(temp.resolve("disk"));
        var mounted =
                new ProcessBuilder(
                                "mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString())
                        .redirectErrorStream(true)
                        .start();
        mounted.getInputStream().readAllBytes();
        assumeTrue(mounted.waitFor() == 0, "a small disk can only be mounted as root");
        try {
            var small =
                    new Sandbox(disk)
                            .python(Sandbox.firstPython())
                            .write("train.py", STEPS + "steps(2)\n");
            var answer = small.run("verify", "train.py");
            assertThat(answer.code()).as(answer.all()).isEqualTo(2);
            assertThat(answer.err()).contains("is full").contains("free at least");
        } finally {
            new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
        }
    }

    @Test
    void aDiskThatFillsUpWhileRunsGoOnIsSaid() throws Exception {
        var disk = Files.createDirectory(temp.resolve("disk"));
        var mounted =
                new ProcessBuilder(
                                "mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", disk.toString())
                        .redirectErrorStream(true)
                        .start();
        mounted.getInputStream().readAllBytes();
        assumeTrue(mounted.waitFor() == 0, "a small disk can only be mounted as root");
        try {
            var small =
                    new Sandbox(disk)
                            .python(Sandbox.firstPython())
                            .write(
                                    "train.py",
                                    STEPS
                                            + "steps(2)\nopen('big', 'wb').write(b'x' * (60 << 20))\nsteps(2)\n");
            var answer = small.run("verify", "train.py");
            assertThat(answer.code()).as(answer.all()).isEqualTo(2);
            assertThat(answer.all())
                    .contains("? Cannot tell")
                    .containsPattern("disk|No space left");
            assertThat(small.processesAfter(0)).isEmpty();
        } finally {
            new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
        }
    }

    /// Waits until two runs have made a step.
    private void waitForSteps() throws Exception {
        var runs = temp.resolve(".lockstep/runs");
        for (int i = 0; i < 1200; i++) {
            if (Files.isDirectory(runs)) {
                try (var files = Files.walk(runs)) {
                    if (files.filter(file -> file.toString().endsWith(".cbor") && stepped(file))
                                    .count()
                            >= 2) {
                        return;
                    }
                } catch (java.io.UncheckedIOException e) {
                    // A file went away while we looked.
                }
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no run stepped: " + sandbox.printed());
    }

    /// Whether a stream holds an event of the kind `step`: the key `k` with that text in CBOR.
    private static boolean stepped(Path stream) {
        try {
            return Files.readString(stream, java.nio.charset.StandardCharsets.ISO_8859_1)
                    .contains("akdstep");
        } catch (IOException e) {
            return false;
        }
    }

    /// Whether this process, and so what it starts, can be interrupted: a shell starts what it puts
    /// into the background with SIGINT ignored.
    static boolean heedsInterrupts() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .allMatch(line ->
                            (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) == 0);
        }
    }
}
