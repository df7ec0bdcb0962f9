package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Experiments that are a shell script which starts several programs of Python.
class ProgramsIT {
    private static final String PREPARE =
            """
            import random

            rows = random.Random(3)
            with open("rows.txt", "w") as file:
                for _ in range(32):
                    file.write("%f %f\\n" % (rows.random(), rows.random()))
            """;

    private static final String TRAIN =
            """
            import sys

            import torch

            with open("rows.txt") as file:
                rows = torch.tensor([[float(word) for word in line.split()] for line in file])
            model = torch.nn.Linear(1, 1)
            optimizer = torch.optim.SGD(model.parameters(), lr=float(sys.argv[1]))
            for start in range(0, 32, 8):
                optimizer.zero_grad()
                part = rows[start : start + 8]
                torch.nn.functional.mse_loss(model(part[:, :1]), part[:, 1:]).backward()
                optimizer.step()
            """;

    @TempDir private Path temp;

    @Test
    void whatTheSecondProgramDrawsIsItsOwnAffair() throws IOException {
        var pythons = ExamplesIT.pythons();
        assumeTrue(!pythons.isEmpty(), "LOCKSTEP_TEST_PYTHONS names no interpreter");
        var python = pythons.getFirst();
        var sandbox =
                new Sandbox(temp)
                        .python(python)
                        .write("prepare.py", PREPARE)
                        .write("train.py", TRAIN)
                        .write(
                                "run.sh",
                                "set -e\n%s prepare.py\n%s train.py 0.1\n"
                                        .formatted(python, python));
        var answer = sandbox.run("fix", "--json", "-", "--", "sh", "run.sh");
        assertThat(answer.code()).as(answer.all()).isZero();
        JsonNode repair = JsonMapper.builder().build().readTree(answer.out());
        JsonNode before = repair.path("before");
        assertThat(before.path("divergence").path("process").asString())
                .isEqualTo("program train.py");
        assertThat(before.path("causes").size()).as(answer.out()).isOne();
        assertThat(before.path("causes").path(0).path("hazard").asString()).isEqualTo("LS104");
        assertThat(repair.path("edits").size()).isOne();
        assertThat(repair.path("edits").path(0).path("file").asString()).isEqualTo("train.py");
        assertThat(repair.path("after").path("verdict").asString()).isEqualTo("identical");
    }
}
