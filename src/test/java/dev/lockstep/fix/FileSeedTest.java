package dev.lockstep.fix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.source.Source;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileSeedTest {
    /// Each seed as `keys=text that an edit would replace`.
    private static List<String> seeds(String path, String text) {
        var file = Source.of(path, text.getBytes(StandardCharsets.UTF_8));
        return FileSeed.in(file).stream()
                .map(seed ->
                        String.join(".", seed.keys())
                                + "="
                                + file.text().substring(seed.start(), seed.end())
                                + (seed.whole() ? "" : " (none)"))
                .toList();
    }

    @Test
    void aSeedIsFoundWhereTheFileSaysIt() {
        assertThat(
                        seeds(
                                "a.yaml",
                                """
                                # seed: 1
                                seed: 42  # the answer
                                train: &base
                                  lr: 0.1
                                  random_seed: ~
                                data: {split: [1, 2], seed: 7}
                                """))
                .containsExactly("seed=42", "train.random_seed=~ (none)", "data.seed=7");
        assertThat(seeds("a.json", "{\n\t\"model\": {\"seed\": null},\n\t\"seed\" : 3}"))
                .containsExactly("model.seed=null (none)", "seed=3");
        assertThat(seeds("a.yaml", "seed: 5")).containsExactly("seed=5");
        assertThat(seeds("a.yaml", "name: 😀\r\nseed: 5\r\n")).containsExactly("seed=5");
    }

    @Test
    void whatOnlyLooksLikeASeedIsNone() {
        assertThat(seeds("a.yaml", "note: |\n  text\n  seed: 42\nlr: 1\n")).isEmpty();
        assertThat(seeds("a.yaml", "runs:\n  - seed: 1\n  - seed: 2\n")).isEmpty();
        assertThat(seeds("a.yaml", "seed: '42'\n")).isEmpty();
        assertThat(seeds("a.yaml", "seed: 1.5\n")).isEmpty();
        assertThat(seeds("a.yaml", "seed:\nlr: 1\n")).isEmpty();
        assertThat(seeds("a.json", "{\"text\": \"\\\"seed\\\": 4\"}")).isEmpty();
    }

    @Test
    void aFileThatIsNotCertainHasNone() {
        assertThat(seeds("a.yaml", "seed: 1\n---\nseed: 2\n")).isEmpty();
        assertThat(seeds("a.yaml", "seed: 1\n  bad: [\n")).isEmpty();
        assertThat(seeds("a.json", "{\"seed\": 1")).isEmpty();
        assertThat(seeds("a.yaml", "")).isEmpty();
    }
}
