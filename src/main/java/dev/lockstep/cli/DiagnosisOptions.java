package dev.lockstep.cli;

import dev.lockstep.diagnosis.Factor;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/// How much is tried to find the cause of a divergence.
final class DiagnosisOptions {
    private static final Pattern TIME = Pattern.compile("(\\d{1,6})(s|m|h)?");

    @Option(names = "--no-diagnosis", description = "Stop at the divergence; look for no cause.")
    boolean off;

    @Option(
            names = "--diagnosis-time",
            paramLabel = "TIME",
            defaultValue = "10m",
            description =
                    "Begin no probing run after this time and say what is proved by then: 90s, 10m, 1h; default: 10m.")
    String time = "10m";

    @Option(
            names = "--proof-runs",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many runs must agree with exactly the causes pinned; default: 3.")
    int proofRuns = 3;

    /// The factors in which the candidate differs on purpose.
    ///
    /// @param words the words of `--vary`
    static List<Factor> factors(List<String> words) {
        var factors = new LinkedHashSet<Factor>();
        for (var word : words) {
            if (word.equals("all")) {
                factors.addAll(List.of(Factor.values()));
            } else {
                factors.add(
                        Factor.of(word)
                                .orElseThrow(() ->
                                        new CannotTell(
                                                "--vary " + word + " is no factor",
                                                "give some of "
                                                        + Arrays.stream(Factor.values())
                                                                .map(Factor::option)
                                                                .collect(Collectors.joining(","))
                                                        + ", or all")));
            }
        }
        return List.copyOf(factors);
    }

    /// The time after which no probing run begins.
    Duration limit() {
        var match = TIME.matcher(time);
        if (!match.matches()) {
            throw new CannotTell("--diagnosis-time " + time + " is no time", "give 90s, 10m or 1h");
        }
        long number = Long.parseLong(match.group(1));
        var unit = match.group(2);
        return "h".equals(unit)
                ? Duration.ofHours(number)
                : "s".equals(unit) ? Duration.ofSeconds(number) : Duration.ofMinutes(number);
    }
}
