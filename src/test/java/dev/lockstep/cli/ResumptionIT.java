package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/// Runs that go on from a checkpoint against runs that were never interrupted.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ResumptionIT {
    /// Every step draws from all three generators; the checkpoint holds what the argument says.
    private static final String TRAINING =
            """
            import os
            import random
            import sys
            import numpy as np
            import torch

            random.seed(3)
            np.random.seed(4)
            torch.manual_seed(5)
            model = torch.nn.Linear(4, 1)
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
            first = 0
            if "--resume" in sys.argv and "fresh" not in sys.argv:
                checkpoint = torch.load("last.pt")
                model.load_state_dict(checkpoint["model"])
                if "forgetful" not in sys.argv:
                    optimizer.load_state_dict(checkpoint["optimizer"])
                first = checkpoint["epoch"] + 1
            for epoch in range(first, 4):
                for step in range(3):
                    x = torch.randn(8, 4) * np.random.rand() + random.random()
                    loss = model(x).pow(2).mean()
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                if "never" not in sys.argv:
                    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, "last.pt")
            """;

    @TempDir Path temp;
    private Sandbox sandbox;

    @BeforeEach
    void sandbox() throws IOException {
        sandbox = new Sandbox(temp);
        sandbox.write("train.py", TRAINING);
    }

    static java.util.stream.Stream<String> pythons() {
        return Sandbox.pythons();
    }

    private Sandbox.Answer resumed(String python, String script, String... arguments) {
        var words = new java.util.ArrayList<String>();
        words.add("verify");
        words.add("--resume-with");
        words.add("--resume");
        words.add("--json");
        words.add("v.json");
        words.add(script);
        words.addAll(java.util.List.of(arguments));
        return sandbox.python(python).run(words.toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void missingGeneratorStatesAreTheProvedCause(String python) throws IOException {
        var answer = resumed(python, "train.py");
        assertThat(answer.code()).as(answer.all()).isEqualTo(1);
        assertThat(answer.out())
                .contains("checkpoint last.pt after 3 steps")
                .contains("✗ The two runs part at step 3, in the loss.")
                .contains("LS406 resume-without-generators   train.py:27")
                .contains("step behind the checkpoint: numpy, python, torch.")
                .contains("With it pinned, 2 runs agree bit for bit: 9 steps");
        var json = new JsonMapper().readTree(Files.readAllBytes(temp.resolve("v.json")));
        var cause = json.path("causes").get(0);
        assertThat(cause.path("hazard").asString()).isEqualTo("LS406");
        assertThat(cause.path("proof").path("all_pinned").asString()).isEqualTo("identical");
        assertThat(cause.path("proof").path("all_but_this").asString()).isEqualTo("diverged");
        assertThat(temp.resolve("last.pt")).doesNotExist();
        assertThat(sandbox.run("runs").out()).startsWith("no runs here");
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void aCheckpointWithStatesGoesOnAsIfNothingWere(String python) throws IOException {
        Files.copy(
                Path.of("examples/hazards/LS406_resume_without_generators_fixed.py"),
                temp.resolve("fixed.py"));
        var answer = resumed(python, "fixed.py");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.out()).contains("✓ The two runs agree bit for bit: 12 steps");
    }

    @ParameterizedTest
    @MethodSource("pythons")
    void theFixIsProvedAndWritten(String python) throws IOException {
        Files.copy(
                Path.of("examples/hazards/LS406_resume_without_generators.py"),
                temp.resolve("lacking.py"));
        var answer =
                sandbox.python(python)
                        .run("fix", "--write", "--resume-with", "--resume", "lacking.py");
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.out())
                .contains("\"epoch\": epoch, \"rng_state\": torch.get_rng_state()},")
                .contains("+        torch.set_rng_state(checkpoint[\"rng_state\"].cpu())")
                .contains("✓ The two runs agree bit for bit: 12 steps")
                .contains("written: lacking.py");
        assertThat(Files.readString(temp.resolve("lacking.py"))).contains("set_rng_state");
    }

    @Test
    void aRecordNamesTheCheckpointThatItsRunLoaded() {
        sandbox.python(Sandbox.firstPython());
        assertThat(sandbox.run("run", "train.py").code()).isZero();
        assertThat(sandbox.run("run", "train.py", "--resume").code()).isZero();
        assertThat(sandbox.run("show", "last").out())
                .contains("loaded      train.py:14  ")
                .contains("last.pt, without generator states");
    }

    @Test
    void whatTheStatesDoNotRepairIsOnlySuspected() throws IOException {
        String python = Sandbox.firstPython();
        var answer = resumed(python, "train.py", "forgetful");
        assertThat(answer.code()).as(answer.all()).isEqualTo(1);
        var json = new JsonMapper().readTree(Files.readAllBytes(temp.resolve("v.json")));
        assertThat(json.path("causes").isEmpty()).isTrue();
        assertThat(json.path("suspected").get(0).path("hazard").asString()).isEqualTo("LS406");
        assertThat(json.path("suspected").get(0).path("why").asString())
                .isEqualTo(
                        "with the generators' states restored it parts elsewhere, at step 3 in the parameter: they are not all that is missing");
        assertThat(answer.out().replaceAll("\\s+", " "))
                .contains("point to the optimizer's own state (momentum, averages)");
    }

    /// Everything but what is left out goes into the checkpoint, in files of its own, and the
    /// script goes on by itself when they are there.
    private static final String TRAINER =
            """
            import os
            import numpy as np
            import torch

            class Trainer:
                def __init__(self):
                    np.random.seed(4)
                    torch.manual_seed(5)
                    self.model = torch.nn.Linear(4, 1)
                    self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1, momentum=0.9)
                    self.scheduler = torch.optim.lr_scheduler.LambdaLR(self.optimizer, lambda n: 1 / (1 + n))
                    self.epoch = 0

                def save(self, folder):
                    os.makedirs(folder, exist_ok=True)
                    torch.save(self.model.state_dict(), folder + "/model.pt")
                    torch.save(self.optimizer.state_dict(), folder + "/optimizer.pt")
                    torch.save({"epoch": self.epoch, "scheduler": self.scheduler.state_dict(), "rng": torch.get_rng_state()}, folder + "/rest.pt")

                def load(self, folder):
                    self.model.load_state_dict(torch.load(folder + "/model.pt"))
                    self.optimizer.load_state_dict(torch.load(folder + "/optimizer.pt"))
                    rest = torch.load(folder + "/rest.pt")
                    self.epoch = rest["epoch"]
                    self.scheduler.load_state_dict(rest["scheduler"])
                    torch.set_rng_state(rest["rng"])

                def train(self):
                    while self.epoch < 4:
                        for step in range(3):
                            x = torch.randn(8, 4) * DRAW
                            loss = self.model(x).pow(2).mean()
                            self.optimizer.zero_grad()
                            loss.backward()
                            self.optimizer.step()
                        self.scheduler.step()
                        self.epoch += 1
                        self.save("out")

            trainer = Trainer()
            if os.path.exists("out/rest.pt"):
                trainer.load("out")
            trainer.train()
            """;

    private Sandbox.Answer goesOnByItself(String script) throws IOException {
        sandbox.write("trainer.py", script);
        return sandbox.python(Sandbox.firstPython())
                .run("verify", "--resume-with", "", "--json", "v.json", "trainer.py");
    }

    @Test
    void aScriptThatGoesOnByItselfIsFoundEqual() throws IOException {
        var answer = goesOnByItself(TRAINER.replace("DRAW", "0.5"));
        assertThat(answer.code()).as(answer.all()).isZero();
        assertThat(answer.out()).contains("checkpoint out/optimizer.pt after 3 steps");
    }

    @Test
    void ofStatesThatArePartlySavedTheMissingOneIsNamed() throws IOException {
        var answer = goesOnByItself(TRAINER.replace("DRAW", "float(np.random.rand())"));
        assertThat(answer.code()).as(answer.all()).isEqualTo(1);
        assertThat(answer.out())
                .contains("LS406 resume-without-generators")
                .contains("at the first step behind the checkpoint: numpy.");
    }

    @Test
    void aForgottenSchedulerIsToldFromForgottenGenerators() throws IOException {
        var answer =
                goesOnByItself(
                        TRAINER.replace("DRAW", "0.5")
                                .replace(
                                        "self.scheduler.load_state_dict(rest[\"scheduler\"])",
                                        "pass"));
        assertThat(answer.code()).as(answer.all()).isEqualTo(1);
        var json = new JsonMapper().readTree(Files.readAllBytes(temp.resolve("v.json")));
        assertThat(json.path("causes").isEmpty()).isTrue();
        assertThat(json.path("suspected").isEmpty()).isTrue();
        assertThat(json.path("ruled_out").get(0).path("hazard").asString()).isEqualTo("LS406");
        assertThat(json.path("divergence").path("event").asString()).isEqualTo("learning-rate");
        assertThat(answer.out().replaceAll("\\s+", " "))
                .contains("The learning rate points to a scheduler whose state is not saved");
    }

    @Test
    void aCheckpointThatLiesThereAlreadyIsNamed() throws IOException {
        var made = sandbox.write("trainer.py", TRAINER.replace("DRAW", "0.5"));
        made.python(Sandbox.firstPython());
        assertThat(made.run("run", "trainer.py").code()).isZero();
        var answer = made.run("verify", "--resume-with", "", "trainer.py");
        assertThat(answer.code()).as(answer.all()).isEqualTo(2);
        assertThat(answer.err())
                .contains("it loaded out/rest.pt before its first step")
                .contains("move it away and begin anew");
    }

    @Test
    void whatDoesNotGoOnCannotBeTold() {
        String python = Sandbox.firstPython();
        var fresh = resumed(python, "train.py", "fresh");
        assertThat(fresh.code()).as(fresh.all()).isEqualTo(2);
        assertThat(fresh.out())
                .contains("the continued run loaded nothing that holds what last.pt");
        var never = resumed(python, "train.py", "never");
        assertThat(never.code()).as(never.all()).isEqualTo(2);
        assertThat(never.err())
                .contains("the run saved no checkpoint with an optimizer's state before its last");
    }
}
