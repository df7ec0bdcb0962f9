package dev.lockstep.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The first look at a file decides which rules look at it again.
class WordsTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void givesTheMarksOfWholeIdentifiers() {
        var words = Words.of(Map.of("rand", 1L, "DataLoader", 2L, "no_grad", 4L | 8L));
        assertThat(words.marks(bytes("x = np.random.rand(3)"))).isEqualTo(1);
        assertThat(words.marks(bytes("randn(1); MyDataLoader()"))).isZero();
        assertThat(words.marks(bytes("@no_grad\ndef f(): return DataLoader"))).isEqualTo(14);
        assertThat(words.in(bytes("brand new"))).isFalse();
        assertThat(words.in(bytes("rand"))).isTrue();
    }

    /// What a file calls may have another name in it than where it comes from.
    @Test
    void findsWhatGoesByAnotherName() {
        var texts =
                Map.of(
                        "tools.py",
                        "import torch\nBatches = torch.utils.data.DataLoader\nmade = torch.empty\n",
                        "train.py",
                        """
                        import random
                        from tools import Batches, made
                        random.seed(1)
                        Batches([1, 2], shuffle=True)
                        print(made(3).sum())
                        """);
        var files = new TreeMap<String, Contents>();
        texts.forEach((path, text) -> files.put(path, () -> bytes(text)));
        var setting = Checker.Setting.of(Selection.ALL);
        assertThat(new Checker(Rules.all(), setting, 1).check(files).findings())
                .extracting(f -> f.hazard().id() + " " + f.place().fileAndLine())
                .containsExactlyElementsOf(List.of("LS201 train.py:4", "LS306 train.py:5"));
    }
}
