package dev.lockstep.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.event.Event;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FilePairsTest {
    private static final Masking MASKING = new Masking(List.of(), List.of());

    private static final String EMPTY = "";

    private static Event.Write file(String path, String sha256) {
        return new Event.Write(path, sha256.isEmpty() ? 0L : 10L, sha256, false);
    }

    private static FilePairs pair(List<Event.Write> reference, List<Event.Write> candidate) {
        return new FilePairs(reference, MASKING, candidate, MASKING, false);
    }

    private static FilePairs drawn(List<Event.Write> reference, List<Event.Write> candidate) {
        return new FilePairs(reference, MASKING, candidate, MASKING, true);
    }

    private static List<String> told(FilePairs files) {
        return files.pairs().stream()
                .map(pair ->
                        pair.reference().path()
                                + (pair.sameName() ? " = " : " ~ ")
                                + pair.candidate().path())
                .toList();
    }

    @Test
    void datesInNamesAreNoDifference() {
        var files =
                pair(
                        List.of(file("runs/20261123-101112/a.txt", "1")),
                        List.of(file("runs/20261123-101113/a.txt", "2")));

        assertThat(told(files))
                .containsExactly("runs/20261123-101112/a.txt = runs/20261123-101113/a.txt");
    }

    @Test
    void filesOfOneContentBelongTogetherWhateverTheirNames() {
        var files =
                pair(
                        List.of(file("brave-otter/log", "1"), file("brave-otter/net", "2")),
                        List.of(file("calm-heron/log", "1"), file("calm-heron/net", "2")));

        assertThat(told(files))
                .containsExactly(
                        "brave-otter/log ~ calm-heron/log", "brave-otter/net ~ calm-heron/net");
    }

    @Test
    void aFolderThatARunNamedItselfHoldsTheSameFiles() {
        var reference = List.of(file("r/brave-otter/log", "1"), file("r/brave-otter/net", "2"));
        var candidate = List.of(file("r/calm-heron/log", "3"), file("r/calm-heron/net", "2"));

        var files = drawn(reference, candidate);

        assertThat(told(files))
                .containsExactly(
                        "r/brave-otter/net ~ r/calm-heron/net",
                        "r/brave-otter/log ~ r/calm-heron/log");
        assertThat(files.named()).containsExactly(Map.entry("brave-otter", "calm-heron"));
        assertThat(pair(reference, candidate).onlyReference()).hasSize(1);
    }

    @Test
    void foldersThatDoNotBelongTogetherHaveNoNamesOfARun() {
        var files =
                drawn(
                        List.of(
                                file("brave-otter/a", "1"),
                                file("brave-otter/b", "2"),
                                file("7/c", "3")),
                        List.of(
                                file("calm-heron/a", "1"),
                                file("shy-mole/b", "2"),
                                file("9/c", "3")));

        assertThat(files.named()).isEmpty();
    }

    @Test
    void aNameThatMayBeTheResultStandsAlone() {
        var files =
                pair(
                        List.of(file("winner_0.913.txt", "1"), file("cat.flag", EMPTY)),
                        List.of(file("winner_0.921.txt", "2"), file("dog.flag", EMPTY)));

        assertThat(files.pairs()).isEmpty();
        assertThat(files.onlyReference()).hasSize(2);
        assertThat(files.onlyCandidate()).hasSize(2);
    }

    @Test
    void aFileThatOneRunAloneWroteIsLeft() {
        var files =
                pair(
                        List.of(file("epoch1.pt", "1"), file("epoch2.pt", "2")),
                        List.of(
                                file("epoch1.pt", "1"),
                                file("epoch2.pt", "3"),
                                file("best.pt", "1")));

        assertThat(told(files)).containsExactly("epoch1.pt = epoch1.pt", "epoch2.pt = epoch2.pt");
        assertThat(files.onlyCandidate()).extracting(Event.Write::path).containsExactly("best.pt");
    }
}
