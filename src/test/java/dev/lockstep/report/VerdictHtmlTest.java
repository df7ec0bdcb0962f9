package dev.lockstep.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.diagnosis.Explanation;
import dev.lockstep.diagnosis.Pin;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.diagnosis.Suspect;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.event.Site;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VerdictHtmlTest {
    @Test
    void whatComesFromTheExperimentIsEscapedAndNothingIsLoaded() {
        var divergence =
                new Divergence(
                        3,
                        Divergence.Kind.PARAMETER,
                        "<img src=x onerror=alert(1)>",
                        "main",
                        new Site("a\"b'.py", 7, "f"),
                        "00",
                        "01",
                        List.of());
        var verdict =
                Verdict.plain(
                        Verdict.Result.DIVERGED,
                        null,
                        new Verdict.ExperimentFacts(
                                List.of("train.py", "<script>"), "3.11", "2.13", 2L, 1),
                        new Verdict.Compared(2, 3, 4, 5),
                        List.of(),
                        divergence);

        var page = VerdictHtml.page(verdict, _ -> "x = \"</code><script>\"", null, "0.1.0");

        assertThat(page.replace("&#x3D;", "="))
                .contains("&lt;img src=x onerror=alert(1)&gt;")
                .contains("a&quot;b&#39;.py:7")
                .doesNotContain("<img")
                .doesNotContain("<script")
                .doesNotContain("http://")
                .doesNotContain("https://");
    }

    @Test
    void everyCauseShowsItsLineItsProofAndItsRepairAndTheEditsFollow() {
        var place =
                new Place(
                        new Site("data.py", 31, "crop"),
                        "random.sample",
                        "augmentation",
                        "worker 0");
        var bare = new Place(new Site("gone.py", 2, null), null, null, "main");
        var parted =
                new Divergence(4, Divergence.Kind.LOSS, null, "main", null, "0a", "0b", List.of());
        var suspect = new Suspect("LS101", Pin.everywhere("python"), List.of(place, bare));
        var explanation =
                new Explanation(
                        List.of(new Explanation.Proved(suspect, parted)),
                        List.of(
                                new Explanation.Rejected(
                                        new Suspect(
                                                "LS107", Pin.everywhere("hash-seed"), List.of()),
                                        "agrees without its pin")),
                        List.of(),
                        new Explanation.Agreement(3, 17, 170, Set.of(suspect.pin())),
                        List.of(),
                        List.of("a note"));
        var facts =
                new Verdict.ExperimentFacts(
                        List.of("train.py", "--name", "a b"), "3.11", "2.13", 2L, 3);
        var before =
                Verdict.plain(
                                Verdict.Result.DIVERGED,
                                null,
                                facts,
                                new Verdict.Compared(2, 4, 40, 44),
                                List.of(),
                                parted)
                        .with(explanation);
        var after =
                Verdict.plain(
                        Verdict.Result.IDENTICAL,
                        null,
                        facts,
                        new Verdict.Compared(3, 18, 180, 1800),
                        List.of(),
                        null);

        var page =
                VerdictHtml.page(
                        before,
                        site -> site.file().equals("data.py") ? "  i = random.sample(x)" : null,
                        new VerdictHtml.Repair(
                                "--- a\n+++ b\n@@ -1 +1 @@\n-x < 1\n+x\n",
                                List.of("by hand"),
                                after),
                        "0.1.0");

        assertThat(page.replace("&#x3D;", "="))
                .contains("<h1>The runs part at step 4, in the loss</h1>")
                .contains("<code>train.py --name &#39;a b&#39;</code>")
                .contains("Python 3.11 · torch 2.13 · 2 threads · 3 processes")
                .contains("<h2>One cause, proved</h2>")
                .contains("<span class=\"line\">data.py:31</span>   i = random.sample(x)")
                .contains("in crop, through random.sample, for augmentation, in worker 0")
                .contains("<pre><span class=\"line\">gone.py:2</span></pre>")
                .contains("without this one they part at step 4, in the loss.")
                .contains("With it pinned, 3 runs agree bit for bit: 17 steps, 170 tensors.")
                .contains("<span class=\"removed\">-x &lt; 1</span>")
                .contains(
                        "After these edits: The runs agree bit for bit. 3 runs agree over 18 optimizer steps, 180 events and 1 800 tensors.")
                .contains("<td>LS107 hash-order</td><td>agrees without its pin</td>")
                .contains("<p>by hand</p>")
                .doesNotContain("{{");
    }
}
