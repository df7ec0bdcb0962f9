package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExperimentTest {
    @Test
    void wordsReadBackGiveTheSameExperiment() {
        for (var words :
                List.of(
                        List.of("train.py", "--epochs", "1"),
                        List.of("-m", "package.train", "-m", "x"),
                        List.of("--", "torchrun", "--nproc-per-node", "2", "train.py"))) {
            assertThat(Experiment.of(words).words()).isEqualTo(words);
        }
    }

    @Test
    void kindsAreToldApart() {
        assertThat(Experiment.of(List.of("train.py"))).isInstanceOf(Experiment.Script.class);
        assertThat(Experiment.of(List.of("-m", "a"))).isInstanceOf(Experiment.Module.class);
        assertThat(Experiment.of(List.of("--", "sh"))).isInstanceOf(Experiment.Command.class);
        assertThatThrownBy(() -> Experiment.of(List.of("-m"))).hasMessageContaining("-m");
        assertThatThrownBy(() -> Experiment.of(List.of("--"))).hasMessageContaining("word");
    }

    @Test
    void commandsThatMeetAtAPortAreKnown() {
        assertThat(Experiment.of(List.of("--", "torchrun", "x.py")).meetsAtPort()).isTrue();
        assertThat(
                        Experiment.of(
                                        List.of(
                                                "--",
                                                "python",
                                                "-m",
                                                "torch.distributed.run",
                                                "x.py"))
                                .meetsAtPort())
                .isTrue();
        assertThat(Experiment.of(List.of("--", "sh", "-c", "python x.py")).meetsAtPort()).isFalse();
        assertThat(Experiment.of(List.of("train.py")).meetsAtPort()).isFalse();
    }
}
