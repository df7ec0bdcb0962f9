package dev.lockstep.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.event.Site;
import java.util.List;
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

        var page = VerdictHtml.page(verdict, "x = \"</code><script>\"", "0.1.0");

        assertThat(page)
                .contains("&lt;img src=x onerror=alert(1)&gt;")
                .contains("a&quot;b&#39;.py:7")
                .doesNotContain("<img")
                .doesNotContain("<script")
                .doesNotContain("http://")
                .doesNotContain("https://");
    }
}
