package dev.lockstep.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// LS304: which versions of torch it is told of.
class CublasWorkspaceTest {
    private static int found(@Nullable TorchVersion torch) {
        String code =
                """
                import torch
                torch.use_deterministic_algorithms(True)
                weight = torch.ones(3, 3).cuda()
                """;
        var files = new TreeMap<String, Contents>();
        files.put("train.py", () -> code.getBytes(StandardCharsets.UTF_8));
        var setting =
                new Checker.Setting(
                        Selection.of(List.of("LS304"), List.of()),
                        torch,
                        List.of(),
                        PackageFiles.NONE);
        return new Checker(Rules.all(), setting, 1).check(files).findings().size();
    }

    @Test
    void isToldOfOlderAndUnknownVersionsAlone() {
        assertThat(found(null)).isEqualTo(1);
        assertThat(found(new TorchVersion(2, 10))).isEqualTo(1);
        assertThat(found(new TorchVersion(2, 11))).isZero();
        assertThat(found(new TorchVersion(3, 0))).isZero();
    }
}
