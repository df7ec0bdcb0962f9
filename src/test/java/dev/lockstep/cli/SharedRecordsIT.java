package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A run that is recorded, sent, and done again by somebody else, on every torch that is here.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SharedRecordsIT {
    private static final String TRAINING =
            """
            import torch

            model = torch.nn.Linear(10, 1)
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            for step in range(4):
                loss = model(torch.randn(8, 10)).pow(2).mean()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            print("loss", loss.item())
            """;

    @TempDir Path temp;

    static java.util.stream.Stream<String> pythons() {
        return Sandbox.pythons();
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void aSentRunIsDoneAgainElsewhere(String python) throws IOException {
        var here = new Sandbox(Files.createDirectory(temp.resolve("here"))).python(python);
        here.write("train.py", TRAINING);
        var run = here.run("run", "--name", "baseline", "--note", "row 3", "train.py");
        assertThat(run.code()).as(run.all()).isZero();
        assertThat(here.run("runs").out()).contains("baseline").contains("      4     ");
        var export = here.run("export", "baseline");
        assertThat(export.code()).as(export.all()).isZero();
        assertThat(export.out()).contains("  note          row 3\n").contains("train.py");

        var there = new Sandbox(Files.createDirectory(temp.resolve("there"))).python(python);
        there.write("train.py", TRAINING);
        Files.move(
                here.folder.resolve("baseline.lockstep"),
                there.folder.resolve("baseline.lockstep"));
        var rerun = there.run("rerun", "baseline.lockstep");
        assertThat(rerun.code()).as(rerun.all()).isZero();
        assertThat(rerun.out()).contains("✓ The two runs agree bit for bit: 4 steps,");
        assertThat(there.run("import", "baseline.lockstep").code()).isZero();
        var diff = there.run("diff", "baseline", "last");
        assertThat(diff.code()).as(diff.all()).isZero();
        var forget = there.run("forget", "baseline");
        assertThat(forget.code()).as(forget.all()).isZero();
        assertThat(there.run("show", "baseline").code()).isEqualTo(2);
    }
}
