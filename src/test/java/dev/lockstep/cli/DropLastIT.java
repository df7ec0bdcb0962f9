package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/// What the runs show about a last batch that is not full, and `--drop-last` for who wants it gone.
class DropLastIT {
    private static final String TRAINING =
            """
            import torch
            from torch.utils.data import DataLoader, TensorDataset
            torch.manual_seed(1)
            data = TensorDataset(torch.randn(26, 3), torch.randn(26, 1))
            train = DataLoader(data, batch_size=8, shuffle=True)
            test = DataLoader(data, batch_size=10)
            model = torch.nn.Linear(3, 1)
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            for epoch in range(2):
                for x, y in train:
                    loss = torch.nn.functional.mse_loss(model(x), y)
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                print(epoch, sum(len(x) for x, _ in test))
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
    void theVerdictSaysWhatTheLastBatchHolds(String python) throws IOException {
        var answer = sandbox.python(python).run("verify", "--json", "v.json", "train.py");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.out())
                .contains(
                        """
                          last batch: 2 of 8 samples at train.py:5, all real, equal in both runs, 2 times
                          last batch: 6 of 10 samples at train.py:6, all real, equal in both runs, 2 times
                        """);
        var json = new JsonMapper().readTree(Files.readAllBytes(temp.resolve("v.json")));
        assertThat(json.path("last_batches").get(0).path("samples").asLong()).isEqualTo(2);
    }

    @Test
    void itIsDroppedOnRequest() {
        var answer = sandbox.python(Sandbox.firstPython()).run("verify", "--drop-last", "train.py");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.out())
                .contains("bit for bit: 6 steps")
                .contains("last batch dropped, as --drop-last asks: train.py:5\n")
                .contains("last batch: 6 of 10 samples at train.py:6");
    }

    @Test
    void theEditIsMadeOnRequestAndProved() throws IOException {
        sandbox.python(Sandbox.firstPython());
        var answer = sandbox.run("fix", "--drop-last", "--write", "--runs", "2", "train.py");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.out()).contains("change the numbers of a run");
        assertThat(Files.readString(temp.resolve("train.py")))
                .isEqualTo(TRAINING.replace("shuffle=True)", "shuffle=True, drop_last=True)"));
    }
}
