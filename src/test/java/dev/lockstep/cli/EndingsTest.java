package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndingsTest {
    @Test
    void theAgentsOwnFramesAreNotShown() {
        var traceback =
                """
                Traceback (most recent call last):
                  File "train.py", line 5, in <module>
                    for batch in loader:
                  File "/cache/agent/lockstep_agent/taps/loader.py", line 215, in __next__
                    data = original(self)
                           ^^^^^^^^^^^^^^
                  File "/venv/torch/utils/data/dataloader.py", line 725, in __next__
                    data = self._next_data()
                RuntimeError: a worker exited
                    with more to say\
                """
                        .lines()
                        .toList();

        assertThat(Endings.withoutAgent(traceback))
                .containsExactly(
                        "Traceback (most recent call last):",
                        "  File \"train.py\", line 5, in <module>",
                        "    for batch in loader:",
                        "  File \"/venv/torch/utils/data/dataloader.py\", line 725, in __next__",
                        "    data = self._next_data()",
                        "RuntimeError: a worker exited",
                        "    with more to say");
    }
}
