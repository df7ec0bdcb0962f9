package dev.lockstep.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.diagnosis.Explanation;
import dev.lockstep.diagnosis.Pin;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.diagnosis.Suspect;
import dev.lockstep.event.Site;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a person reads of a repair: why, the diff, what is left.
class RepairTextTest {
    private static final String DIFF = "--- a/t.py\n+++ b/t.py\n@@ -1,1 +1,1 @@\n-\tx\n+\ty\n";

    private static Explanation cause(int... lines) {
        var places =
                java.util.Arrays.stream(lines)
                        .mapToObj(line ->
                                new Place(new Site("t.py", line, "main"), null, null, "main"))
                        .toList();
        var suspect = new Suspect("LS102", Pin.everywhere("numpy"), places);
        var parting =
                new Divergence(0, Divergence.Kind.LOSS, null, "main", null, null, null, List.of());
        return new Explanation(
                List.of(new Explanation.Proved(suspect, parting)),
                List.of(),
                List.of(),
                null,
                List.of(),
                List.of());
    }

    @Test
    void saysWhyWhatAndWhatIsLeft() {
        assertThat(RepairText.text(cause(3, 3, 9), DIFF, List.of("LS108: draw less"), false))
                .isEqualTo(
                        """
                        The cause, proved:
                          LS102 unseeded-numpy   t.py:3, t.py:9

                        --- a/t.py
                        +++ b/t.py
                        @@ -1,1 +1,1 @@
                        -\tx
                        +\ty

                        To do by hand:
                          LS108: draw less
                        """);
    }

    @Test
    void coloursOnATerminalAndObeysNothingElse() {
        assertThat(RepairText.text(null, "-a\u001b[2J\n+b\n x\n", List.of(), true))
                .isEqualTo("\u001b[31m-a\\u001b[2J\u001b[0m\n\u001b[32m+b\u001b[0m\n x\n");
        assertThat(RepairText.text(null, "", List.of(), true)).isEmpty();
    }
}
