package dev.lockstep.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Which modules only hold tests, and that what they hold is told as notes.
class TestModulesTest {
    private static final String DRAWS =
            "from numpy.random import default_rng\nrng = default_rng()\n";

    private static final String TESTS =
            """
            def test_sums(tensor):
                assert tensor.sum() == 5

            def test_means(tensor):
                assert tensor.mean() == 6
            """;

    private static Severity severity(String path, String code) {
        var files = new TreeMap<String, Contents>();
        files.put(path, () -> (DRAWS + code).getBytes(StandardCharsets.UTF_8));
        var setting = Checker.Setting.of(Selection.of(List.of("LS103"), List.of()));
        return new Checker(Rules.all(), setting, 1).check(files).findings().getFirst().severity();
    }

    @Test
    void testsGiveNotes() {
        assertThat(severity("test_sums.py", TESTS)).isEqualTo(Severity.NOTE);
        assertThat(severity("own/test_utils/sums.py", TESTS)).isEqualTo(Severity.NOTE);
        assertThat(severity("sums_test.py", "import pytest\ndef test_it():\n    run()\n"))
                .isEqualTo(Severity.NOTE);
    }

    @Test
    void programsThatEvaluateAreNoTests() {
        assertThat(severity("sums.py", TESTS)).isEqualTo(Severity.ERROR);
        assertThat(severity("test_net.py", "def test_net(net, data):\n    return net(data)\n"))
                .isEqualTo(Severity.ERROR);
        assertThat(severity("test.py", "def test_epoch(net):\n    assert net\n"))
                .isEqualTo(Severity.ERROR);
        assertThat(severity("test_all.py", TESTS + "args = ArgumentParser().parse_args()\n"))
                .isEqualTo(Severity.ERROR);
    }
}
