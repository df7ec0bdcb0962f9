package dev.lockstep.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.lockstep.event.AgentSettings.Detail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The agent's policy of detail is the one that the sizes of records are promised from.
class DetailIT {
    private static final String PRINT =
            """
            import sys
            sys.path.insert(0, "agent")
            from lockstep_agent.progress import detailed, detailed_batch, with_gradients, with_parameters
            for n in range(2101):
                print(n, detailed(n), with_gradients(n), with_parameters(n), *[detailed_batch(p, n, 7 * n) for p in (0, 99, 100)])
            """;

    @Test
    void isTheSameInTheAgent() throws IOException, InterruptedException {
        List<String> pythons = AgentFingerprintsIT.pythons();
        assumeFalse(pythons.getFirst().isEmpty(), "LOCKSTEP_TEST_PYTHONS names no interpreter");
        ProcessBuilder builder =
                new ProcessBuilder(pythons.getFirst(), "-c", PRINT)
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().remove("LOCKSTEP_RUN");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        Detail detail = Detail.USUAL;
        StringBuilder expected = new StringBuilder();
        for (long n = 0; n <= 2100; n++) {
            expected.append(n)
                    .append(word(detail.detailed(n)))
                    .append(word(detail.gradients(n)))
                    .append(word(detail.parameters(n)));
            for (long pass : new long[] {0, 99, 100}) {
                expected.append(word(detail.detailedBatch(pass, n, 7 * n)));
            }
            expected.append('\n');
        }
        assertThat(said).isEqualTo(expected.toString());
    }

    private static String word(boolean value) {
        return value ? " True" : " False";
    }
}
