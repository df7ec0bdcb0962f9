package dev.lockstep.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.comparison.LastBatch;
import dev.lockstep.comparison.NotCompared;
import dev.lockstep.diagnosis.Explanation;
import dev.lockstep.diagnosis.Pin;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.diagnosis.Suspect;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.event.Site;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class VerdictTextTest {
    private static final Verdict.ExperimentFacts FACTS =
            new Verdict.ExperimentFacts(
                    List.of("train.py", "--epochs", "1"), "3.11.2", "2.13.0", 2L, 3);

    private static final Divergence BATCH =
            new Divergence(
                    0,
                    Divergence.Kind.BATCH,
                    null,
                    "main",
                    new Site("train.py", 48, "main"),
                    "9c41",
                    "1f07",
                    List.of(new Divergence.Detail("samples", "5, 17, 902, …", "33, 4, 718, …")));

    private static Verdict diverged() {
        var torch =
                new Suspect(
                        "LS104",
                        Pin.everywhere("torch"),
                        List.of(
                                new Place(
                                        new Site("model.py", 8, "build"), null, "weights", "main"),
                                new Place(
                                        new Site("train.py", 48, "main"),
                                        "torch.utils.data.DataLoader",
                                        "order",
                                        "main")));
        var worker =
                new Suspect(
                        "LS202",
                        Pin.everywhere("worker"),
                        List.of(
                                new Place(
                                        new Site("data.py", 31, "__getitem__"),
                                        null,
                                        null,
                                        "worker 1 of train.py:48")));
        var found =
                new Explanation(
                        List.of(
                                new Explanation.Proved(torch, BATCH),
                                new Explanation.Proved(worker, BATCH)),
                        List.of(
                                new Explanation.Rejected(
                                        new Suspect(
                                                "LS107", Pin.everywhere("hash-seed"), List.of()),
                                        "agrees without its pin")),
                        List.of(new Explanation.Untried("LS303", "no CUDA device here")),
                        new Explanation.Agreement(3, 240, 276480, Set.of()),
                        List.of(BATCH),
                        List.of());
        return Verdict.plain(
                        Verdict.Result.DIVERGED,
                        null,
                        FACTS,
                        new Verdict.Compared(2, 0, 4, 12),
                        List.of(),
                        BATCH)
                .with(found);
    }

    @Test
    void aDivergenceWithItsCauses() {
        assertThat(
                        VerdictText.text(
                                diverged(),
                                "    loader = DataLoader(train_set, shuffle=True)",
                                List.of("lockstep fix train.py", "lockstep explain LS202"),
                                false))
                .isEqualTo(
                        """
                        ✗ The two runs part at step 0, in its batch.
                            train.py:48   loader = DataLoader(train_set, shuffle=True)
                              reference   samples 5, 17, 902, …      candidate   samples 33, 4, 718, …

                          2 causes, each proved: with every pin the runs agree, without this one they part:
                            LS104 unseeded-torch    model.py:8   in build (weights), then train.py:48 through torch.utils.data.DataLoader (order)
                            LS202 unseeded-worker   data.py:31   in __getitem__ [worker 1 of train.py:48]
                          ruled out: LS107 hash-order (agrees without its pin)
                          suspected: LS303 (no CUDA device here)

                          With both pinned, 3 runs agree bit for bit: 240 steps, 276 480 tensors.

                        next:  lockstep fix train.py
                               lockstep explain LS202
                        """);
    }

    @Test
    void runsThatAgree() {
        var verdict =
                Verdict.plain(
                        Verdict.Result.IDENTICAL,
                        null,
                        FACTS,
                        new Verdict.Compared(2, 240, 1043, 276480),
                        List.of(new NotCompared("the bytes of model.pt", "its tensors agree")),
                        null);
        assertThat(VerdictText.text(verdict, null, List.of(), false))
                .isEqualTo(
                        """
                        ✓ The two runs agree bit for bit: 240 steps, 276 480 tensors.
                          not compared: the bytes of model.pt (its tensors agree)
                        """);
    }

    private static Divergence part(Divergence.Kind kind, String name, long step) {
        return new Divergence(step, kind, name, "main", null, "one", "two", List.of());
    }

    private static String headline(Divergence divergence) {
        var verdict =
                Verdict.plain(
                        Verdict.Result.DIVERGED,
                        null,
                        FACTS,
                        new Verdict.Compared(2, 3, 4, 5),
                        List.of(),
                        divergence);
        return VerdictText.text(verdict, null, List.of(), false).lines().findFirst().orElseThrow();
    }

    @Test
    void textThatDiffersIsSaidToBeText() {
        assertThat(headline(part(Divergence.Kind.OUTPUT, "stdout.log line 7", 0)))
                .isEqualTo("✗ The two runs part in what they print, line 7.");
        assertThat(headline(part(Divergence.Kind.OUTPUT, "out/a.csv line 2", 12)))
                .isEqualTo(
                        "✗ The two runs part after 12 steps that agree, in what they print or write, out/a.csv line 2.");
    }

    @Test
    void initialValuesThatDifferAreSaidToBeInitial() {
        var initial =
                new Divergence(
                        0,
                        Divergence.Kind.PARAMETER,
                        "fc1.weight",
                        "main",
                        new Site("train.py", 12, "main"),
                        "91de",
                        "19e0",
                        List.of(new Divergence.Detail("when", "as initialised", "as initialised")));
        var verdict =
                Verdict.plain(
                        Verdict.Result.DIVERGED,
                        null,
                        FACTS,
                        new Verdict.Compared(2, 0, 4, 5),
                        List.of(),
                        initial);
        assertThat(VerdictText.text(verdict, null, List.of(), false))
                .contains(
                        """
                              as initialised, before the first step
                              reference   91de      candidate   19e0
                        """);
    }

    @Test
    void eachPurposeOfACauseIsShownFirst() {
        var weights = new java.util.ArrayList<Place>();
        for (int line = 8; line < 12; line++) {
            weights.add(
                    new Place(
                            new Site("model.py", line, "__init__"),
                            "torch.nn.modules.linear.Linear.__init__",
                            "weights",
                            "main"));
        }
        weights.add(new Place(new Site("train.py", 48, "main"), null, "order", "main"));
        var found =
                new Explanation(
                        List.of(
                                new Explanation.Proved(
                                        new Suspect("LS104", Pin.everywhere("torch"), weights),
                                        BATCH)),
                        List.of(),
                        List.of(),
                        null,
                        List.of(),
                        List.of());
        assertThat(VerdictText.text(diverged().with(found), null, List.of(), false))
                .contains(
                        "LS104 unseeded-torch   model.py:8   in __init__ through torch.nn.modules.linear.Linear (weights), then model.py:9 through torch.nn.modules.linear.Linear (weights), then train.py:48 (order), and 2 more");
    }

    @Test
    void aStartedProcessIsNamedByWhoStartedIt() {
        assertThat(VerdictText.process("main/2")).isEqualTo("process 2 that main started");
        assertThat(VerdictText.process("main/pool3"))
                .isEqualTo("process 3 of a pool that main started");
        assertThat(VerdictText.process("main/forkserver/1 in main/forkserver"))
                .isEqualTo("process 1 that the fork server of main started");
        assertThat(VerdictText.process("worker 1 of a.py:5 in rank 2"))
                .isEqualTo("worker 1 of a.py:5 in rank 2");
        assertThat(VerdictText.process("worker 1 of data/train.py:48"))
                .isEqualTo("worker 1 of data/train.py:48");
    }

    @Test
    void runsWithoutATensorAgreeInWhatTheyPrint() {
        var verdict =
                Verdict.plain(
                        Verdict.Result.IDENTICAL,
                        null,
                        FACTS,
                        new Verdict.Compared(2, 0, 1, 0),
                        List.of(),
                        null);
        assertThat(VerdictText.text(verdict, null, List.of(), false))
                .isEqualTo("✓ The two runs agree bit for bit: what they print and write.\n");
    }

    @Test
    void whatTheLastBatchesShowed() {
        var loader = new Site("train.py", 48, "main");
        var verdict =
                Verdict.plain(
                                Verdict.Result.IDENTICAL,
                                null,
                                FACTS,
                                new Verdict.Compared(2, 240, 1043, 276480),
                                List.of(),
                                null)
                        .with(
                                new Verdict.LastBatches(
                                        List.of(
                                                new LastBatch(loader, 10, 64, 10, 3),
                                                new LastBatch(null, 5, 8, 4, 1)),
                                        List.of(new Site("train.py", 51, "main"))));
        assertThat(VerdictText.text(verdict, null, List.of(), false))
                .isEqualTo(
                        """
                        ✓ The two runs agree bit for bit: 240 steps, 276 480 tensors.
                          last batch: 10 of 64 samples at train.py:48, all real, equal in both runs, 3 times
                          last batch: 5 of 8 samples, 4 of them real, equal in both runs
                          last batch dropped, as --drop-last asks: train.py:51
                        """);
        var json = new JsonMapper().readTree(VerdictJson.text(verdict, "0.1.0"));
        assertThat(json.path("last_batches").get(0).toString())
                .isEqualTo(
                        "{\"file\":\"train.py\",\"line\":48,\"samples\":10,\"batch_size\":64,\"real\":10,\"passes\":3}");
        assertThat(VerdictText.text(diverged().with(verdict.lastBatches()), null, List.of(), false))
                .contains(
                        "10 of 64 samples at train.py:48, all real, equal in the runs that agree");
    }

    @Test
    void whatCannotBeTold() {
        var verdict =
                Verdict.plain(
                        Verdict.Result.UNKNOWN,
                        "the reference was cut off",
                        FACTS,
                        new Verdict.Compared(2, 1, 7, 9),
                        List.of(),
                        null);
        assertThat(VerdictText.text(verdict, null, List.of("lockstep verify train.py"), false))
                .isEqualTo(
                        """
                        ? Cannot tell: the reference was cut off.
                          Up to there the runs agree: 1 step, 9 tensors.

                        next:  lockstep verify train.py
                        """);
    }

    @Test
    void colourOnlyUnderlines() {
        var plain = VerdictText.text(diverged(), null, List.of(), false);
        var coloured = VerdictText.text(diverged(), null, List.of(), true);
        assertThat(plain).doesNotContain("\u001b");
        assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", ""))
                .isEqualTo(plain)
                .isNotEqualTo(coloured);
    }

    @Test
    void everyKindOfDivergenceHasItsWords() {
        for (var kind : Divergence.Kind.values()) {
            var verdict =
                    Verdict.plain(
                            Verdict.Result.DIVERGED,
                            null,
                            FACTS,
                            new Verdict.Compared(2, 3, 4, 5),
                            List.of(),
                            new Divergence(
                                    3, kind, "name", "rank 1", null, "one", "two", List.of()));
            assertThat(VerdictText.text(verdict, null, List.of(), false))
                    .startsWith(
                            kind == Divergence.Kind.OUTPUT
                                    ? "✗ The two runs part after 3 steps that agree, "
                                    : "✗ The two runs part at step 3, ")
                    .contains("in rank 1")
                    .contains("reference   one")
                    .contains("candidate   two");
        }
    }

    @Test
    void theJsonHasTheKeysOfTheReference() {
        var json = new JsonMapper().readTree(VerdictJson.text(diverged(), "0.1.0"));
        assertThat(json.propertyNames())
                .containsExactly(
                        "lockstep",
                        "verdict",
                        "reason",
                        "experiment",
                        "compared",
                        "not_compared",
                        "divergence",
                        "causes",
                        "ruled_out",
                        "suspected",
                        "proof",
                        "notes",
                        "last_batches",
                        "environment_differences");
        var cause = json.path("causes").get(0);
        assertThat(cause.path("hazard").asString()).isEqualTo("LS104");
        assertThat(cause.path("name").asString()).isEqualTo("unseeded-torch");
        assertThat(cause.path("file").asString()).isEqualTo("model.py");
        assertThat(cause.path("line").asInt()).isEqualTo(8);
        assertThat(cause.path("proof").path("all_but_this").asString()).isEqualTo("diverged");
        assertThat(json.path("proof").path("pins").get(1).asString()).isEqualTo("LS202");
        assertThat(json.path("divergence").path("event").asString()).isEqualTo("batch");
        assertThat(json.path("divergence").path("file").asString()).isEqualTo("train.py");
    }
}
