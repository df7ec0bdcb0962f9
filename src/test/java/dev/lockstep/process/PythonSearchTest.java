package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The interpreters are shell scripts that answer as Python would: which place wins is decided
/// here.
class PythonSearchTest {
    @TempDir Path temp;

    @Test
    void theFirstPlaceWithTorchWins() throws IOException {
        program("named", "lockstep|3.11.2||");
        program("active/bin/python", "lockstep|3.12.1|2.13.0+cpu|");
        program("path/python3", "lockstep|3.10.0|1.13.0|");
        var search =
                new PythonSearch(
                        Map.of(
                                "LOCKSTEP_PYTHON", temp.resolve("named").toString(),
                                "VIRTUAL_ENV", temp.resolve("active").toString(),
                                "PATH", temp.resolve("path").toString()),
                        temp,
                        null);
        var candidates = search.candidates(null, false);
        assertThat(candidates).hasSize(2);
        assertThat(candidates.getFirst().lacks()).isEqualTo("Python 3.11.2 has no torch");
        var best = candidates.getLast();
        assertThat(best.lacks()).isNull();
        assertThat(best.where()).isEqualTo("VIRTUAL_ENV");
        assertThat(best.python()).extracting(Python::torch).isEqualTo("2.13.0+cpu");
        assertThat(search.candidates(null, true)).hasSize(3);
    }

    @Test
    void aNamedInterpreterIsTheOnlyPlace() throws IOException {
        program("path/python3", "lockstep|3.12.1|2.13.0|");
        var search = new PythonSearch(Map.of("PATH", temp.resolve("path").toString()), temp, null);
        var candidates = search.candidates("missing/python", false);
        assertThat(candidates).hasSize(1);
        assertThat(candidates.getFirst().lacks()).isEqualTo("is not there");
        assertThat(search.candidates("python3", false).getFirst().lacks()).isNull();
    }

    @Test
    void eachLackIsSaid() throws IOException {
        program("old", "lockstep|3.6.9|1.10.0|");
        program("broken", "Segmentation fault");
        var search = new PythonSearch(Map.of(), temp, null);
        assertThat(search.ask("x", temp.resolve("old").toString()).lacks())
                .contains("3.6.9")
                .contains("3.8");
        assertThat(search.ask("x", temp.resolve("broken").toString()).lacks())
                .contains("does not start as Python")
                .contains("Segmentation fault");
        assertThat(search.ask("x", temp.toString()).lacks()).isEqualTo("is not there");
    }

    @Test
    void anEnvironmentsFoldersAreKnownWithoutStartingIt() throws IOException {
        program("bin/python", "not asked");
        Files.writeString(temp.resolve("pyvenv.cfg"), "version = 3.11.2\n");
        var packages = temp.resolve("lib/python3.11/site-packages");
        Files.createDirectories(packages);
        var other = Files.createDirectories(temp.resolve("other/site-packages"));
        Files.writeString(
                packages.resolve("base.pth"),
                "import site\n# a comment\n" + other + "\n../../absent\n");
        var search = new PythonSearch(Map.of(), temp, null);
        assertThat(search.importFolders(temp.resolve("bin/python").toString()))
                .containsExactly(packages, other);
    }

    private void program(String name, String answer) throws IOException {
        var path = temp.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "#!/bin/sh\necho '" + answer + "'\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
