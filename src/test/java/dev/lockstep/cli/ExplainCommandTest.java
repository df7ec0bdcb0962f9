package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.hazard.Catalogue;
import dev.lockstep.hazard.Hazard;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// `lockstep explain` and `lockstep hazards` as a person runs them.
class ExplainCommandTest {
    private record Answer(int code, String out, String err) {}

    private static Answer run(String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int code =
                Cli.run(
                        args,
                        InputStream.nullInputStream(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Answer(
                code,
                out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"),
                err.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"));
    }

    @Test
    void explainsByIdAndByName() {
        Answer byId = run("explain", "LS111");
        assertThat(byId.code()).isZero();
        assertThat(byId.out())
                .isEqualTo(
                        """
                        LS111 unseeded-python-generator
                          `random.Random()` made without a seed
                          read · see · pin · fix · prove   guideline 2   pins: python-generator

                        What it is

                          `random.Random()` is made without a seed.

                        Why it breaks bit-identity

                          Each such object takes its own seed from the operating system's entropy; `random.seed`
                          does not reach it.

                        Example

                            import random

                            random.seed(17)  # does not reach the generator below
                            rng = random.Random()
                            print(rng.sample(range(100), 3))

                        Use instead

                            import random

                            rng = random.Random(17)
                            print(rng.sample(range(100), 3))

                        When to ignore it

                          When the numbers drawn reach no result. `random.Random(None)` is the same as no seed.

                        References

                          · `random.Random` <https://docs.python.org/3/library/random.html#random.Random>
                          · albumentations-team/albumentations#2332
                            <https://github.com/albumentations-team/albumentations/issues/2332>: a library with
                            a `Random(seed=None)` of its own
                        """);
        assertThat(run("explain", "unseeded-python-generator").out()).isEqualTo(byId.out());
    }

    @Test
    void explainsEveryHazard() {
        for (Hazard hazard : Catalogue.hazards()) {
            Answer answer = run("explain", hazard.id());
            assertThat(answer.code()).as(hazard.id()).isZero();
            assertThat(answer.out()).startsWith(hazard.id() + " " + hazard.name() + "\n");
            assertThat(answer.out()).doesNotContain("```").doesNotContain("](");
        }
    }

    @Test
    void asksWhatWasMeant() {
        Answer answer = run("explain", "unseeded-wroker");
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err()).contains("did you mean LS202 unseeded-worker");
    }

    @Test
    void listsTheCatalogueAsTextAndAsJson() {
        Answer text = run("hazards");
        assertThat(text.code()).isZero();
        assertThat(text.out().lines().filter(line -> line.startsWith("LS"))).hasSize(40);
        assertThat(text.out())
                .contains("LS302  cudnn-benchmark             read see* pin  fix  prove*");
        var hazards = JsonMapper.shared().readTree(run("hazards", "--json").out()).get("hazards");
        assertThat(hazards).hasSize(40);
        assertThat(hazards.get(7).get("id").asString()).isEqualTo("LS108");
        assertThat(hazards.get(7).get("abilities").get("fix").asString()).isEqualTo("no");
        assertThat(hazards.get(7).get("pins").get(0).asString()).isEqualTo("entropy");
    }
}
