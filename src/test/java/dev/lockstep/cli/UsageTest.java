package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is wrong before anything runs: each message says what, where, and what to do next.
class UsageTest {
    @TempDir Path temp;

    @Test
    void aMissingScriptIsSaidWithTheOneThatMayBeMeant() throws IOException {
        var sandbox = new Sandbox(temp).write("src/train.py", "");
        var answer = sandbox.run("verify", "train.py");
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err())
                .contains("there is no file train.py in " + sandbox.folder)
                .contains("did you mean src/train.py?");
        assertThat(sandbox.run("run", "nothing_like_it.py").err())
                .contains("name a script by its path");
    }

    @Test
    void anOptionThatThereIsNotIsSaidWithTheOneThatMayBeMeant() throws IOException {
        var sandbox = new Sandbox(temp);
        var answer = sandbox.run("check", "--frmat=json", ".");
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err())
                .contains("there is no option --frmat; did you mean --format?")
                .contains("next:  lockstep check --help");
        assertThat(sandbox.run("check", "--colourless", ".").err())
                .contains("Unknown option: '--colourless'");
    }

    @Test
    void anotherFileIsNoScript() throws IOException {
        var sandbox =
                new Sandbox(temp)
                        .write("notes.ipynb", "{}")
                        .write("tool", "#!/bin/sh\n")
                        .write("package/x.py", "");
        assertThat(sandbox.run("verify", "notes.ipynb").err())
                .contains("notes.ipynb holds no code cell that can be read");
        assertThat(sandbox.run("verify", "tool", "a").err()).contains("lockstep verify -- tool a");
        assertThat(sandbox.run("verify", "package").err()).contains("without a __main__.py");
        assertThat(sandbox.run("verify", "package").code()).isEqualTo(2);
    }

    @Test
    void aNameThatTheLocaleCannotSayIsNoBug() throws Exception {
        var sandbox = new Sandbox(temp).write("ähm.py", "print(1)\n");
        sandbox.environment.keySet().removeIf(name -> name.startsWith("LC_"));
        sandbox.environment.put("LANG", "C");
        var process = sandbox.process("check", "ähm.py").start();
        assertThat(process.waitFor()).as(sandbox.printed()).isEqualTo(2);
        assertThat(sandbox.printed()).contains("in this locale").contains("LC_ALL=C.UTF-8");
    }

    @Test
    void theLocaleThatTheLauncherLentIsNotTheExperiments() {
        var lent = Map.of("LC_ALL", "C.UTF-8", "HOME", "/h");
        assertThat(Surroundings.environment(lent, null)).isEqualTo(lent);
        assertThat(Surroundings.environment(lent, "unset"))
                .containsExactly(Map.entry("HOME", "/h"));
        assertThat(Surroundings.environment(lent, "POSIX")).containsEntry("LC_ALL", "POSIX");
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "run"})
    void nothingToRun(String command) throws IOException {
        var answer = new Sandbox(temp).run(command);
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err())
                .contains("what shall run is missing")
                .contains("lockstep " + command + " train.py");
    }

    @Test
    void wrongOptions() throws IOException {
        var sandbox = new Sandbox(temp).write("train.py", "");
        assertThat(sandbox.run("verify", "--no-such-option", "train.py").code()).isEqualTo(2);
        assertThat(sandbox.run("verify", "--steps", "0", "train.py").err()).contains("--steps 0");
        assertThat(sandbox.run("verify", "--runs", "1", "train.py").err()).contains("two runs");
        assertThat(sandbox.run("nonsense").code()).isEqualTo(2);
    }

    @Test
    void noPythonAtAll() throws IOException {
        var sandbox = new Sandbox(temp).write("train.py", "");
        sandbox.environment.put("PATH", "/nowhere");
        var answer = sandbox.run("verify", "train.py");
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err())
                .contains("no Python with torch was found")
                .contains("PATH: python3 is not there")
                .contains("--python");
    }

    @Test
    void aPythonWithoutTorch() throws IOException {
        var sandbox = new Sandbox(temp).write("train.py", "");
        var fake = sandbox.folder.resolve("python");
        Files.writeString(fake, "#!/bin/sh\necho 'lockstep|3.12.1||'\n");
        Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwxr-xr-x"));
        var answer = sandbox.run("verify", "--python", "./python", "train.py");
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err())
                .contains("Python 3.12.1 has no torch")
                .contains("install torch into it");
        assertThat(sandbox.run("verify", "--python", "missing", "train.py").err())
                .contains("missing is not there");
    }

    @Test
    void aFolderThatCannotHoldRecords() throws IOException {
        var sandbox = new Sandbox(temp).write("train.py", "").write(".lockstep", "a file");
        var answer = sandbox.python("/bin/false").run("doctor");
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err())
                .contains("runs cannot be recorded in")
                .contains("a folder that you may write");
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "run", "doctor"})
    void everyHelpTextHasAnExample(String command) throws IOException {
        var answer = new Sandbox(temp).run(command, "--help");
        assertThat(answer.code()).isZero();
        assertThat(answer.out()).contains("Example").contains("lockstep " + command);
    }

    @Test
    void theVersion() throws IOException {
        var answer = new Sandbox(temp).run("--version");
        assertThat(answer.code()).isZero();
        assertThat(answer.out()).isEqualTo("lockstep 0.1.0\n");
    }
}
