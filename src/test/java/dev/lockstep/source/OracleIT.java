package dev.lockstep.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// On installed libraries our parser sees what CPython's own parser sees: every call, import,
/// definition, name and literal, at the same place.
///
/// One file in 40 is compared; `-Dlockstep.oracle.step=1` compares all, which takes minutes.
class OracleIT {
    static List<String> pythons() {
        String named = System.getenv().getOrDefault("LOCKSTEP_TEST_PYTHONS", "");
        return named.isEmpty() ? List.of("") : List.of(named.split(File.pathSeparator));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pythons")
    void seesWhatCpythonSees(String python) throws IOException {
        assumeFalse(python.isEmpty(), "LOCKSTEP_TEST_PYTHONS names no Python");
        int step = Integer.getInteger("lockstep.oracle.step", 40);
        var all = new LinkedHashSet<Path>();
        for (String root : libraries(python)) {
            all.addAll(Oracle.pythonFiles(Path.of(root)));
        }
        var files = new ArrayList<Path>();
        int index = 0;
        for (Path file : all) {
            if (index++ % step == 0) {
                files.add(file);
            }
        }
        Oracle.Answer answer = Oracle.compare(Path.of(python), files);
        // An older Python refuses what a newer one takes; that we take it is no difference.
        assertThat(answer.differences().stream().filter(d -> !d.contains(": accepted, but")))
                .isEmpty();
        assertThat(answer.valid()).isGreaterThan(20);
        assertThat(answer.calls()).isGreaterThan(1000);
        System.out.println(
                python
                        + ": "
                        + answer.files()
                        + " files, "
                        + answer.calls()
                        + " calls, no difference");
    }

    private static List<String> libraries(String python) throws IOException {
        var process =
                new ProcessBuilder(
                                python,
                                "-c",
                                "import os, importlib.util as u\n"
                                        + "print(os.path.dirname(os.__file__))\n"
                                        + "for n in ('torch', 'numpy', 'sklearn', 'scipy', 'torchvision'):\n"
                                        + "    s = u.find_spec(n)\n"
                                        + "    if s and s.origin: print(os.path.dirname(s.origin))\n")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> Files.isDirectory(Path.of(line)))
                .toList();
    }
}
