package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.process.Experiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Places in notebooks, and what is said before one runs.
class NotebooksTest {
    private static final String NOTEBOOK =
            """
            {"cells": [
             {"cell_type": "code", "source": ["import torch\\n", "!ls"]},
             {"cell_type": "markdown", "source": "text"},
             {"cell_type": "code", "source": "x = 1\\ny = 2"}
            ]}
            """;

    @TempDir private Path folder;

    @Test
    void namesCellAndLine() throws IOException {
        Files.writeString(folder.resolve("t.ipynb"), NOTEBOOK);
        assertThat(Notebooks.named(folder, "at t.ipynb:1, t.ipynb:4 and t.ipynb:99; u.ipynb:2"))
                .isEqualTo("at t.ipynb#1:1, t.ipynb#2:2 and t.ipynb:99; u.ipynb:2");
        assertThat(Notebooks.line(folder.resolve("t.ipynb"), 4)).isEqualTo("y = 2");
        assertThat(Notebooks.line(folder.resolve("t.ipynb"), 99)).isNull();
    }

    @Test
    void saysHowItRuns() throws IOException {
        Files.writeString(folder.resolve("t.ipynb"), NOTEBOOK);
        assertThat(Notebooks.note(new Experiment.Script("t.ipynb", List.of()), folder))
                .contains(
                        "the 2 code cells of t.ipynb run in order, as a script; magic and shell"
                                + " lines (1) are left out");
        assertThat(Notebooks.note(new Experiment.Script("t.py", List.of()), folder)).isEmpty();
    }
}
