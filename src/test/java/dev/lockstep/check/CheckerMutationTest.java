package dev.lockstep.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// The rules' own fixtures, cut, swapped and overwritten: every rule answers, and speaks of places
/// that are there.
class CheckerMutationTest {
    private static final List<byte[]> FIXTURES = fixtures();

    private static List<byte[]> fixtures() {
        try (Stream<Path> files =
                Files.list(Path.of("src/test/resources/dev/lockstep/check/fixtures"))) {
            return files.filter(file -> file.toString().endsWith(".py"))
                    .sorted()
                    .map(file -> {
                        try {
                            return Files.readAllBytes(file);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @param kind 0 cuts, 1 swaps, 2 copies, 3 overwrites with what `noise` says
    private record Edit(int kind, int from, int to, int length, int noise) {}

    @Provide
    Arbitrary<byte[]> mutated() {
        Arbitrary<Edit> edit =
                Combinators.combine(
                                Arbitraries.integers().between(0, 3),
                                Arbitraries.integers().between(0, 4000),
                                Arbitraries.integers().between(0, 4000),
                                Arbitraries.integers().between(1, 120),
                                Arbitraries.integers().between(0, 255))
                        .as(Edit::new);
        return Combinators.combine(Arbitraries.of(FIXTURES), edit.list().ofMinSize(1).ofMaxSize(8))
                .as((fixture, edits) -> {
                    String text = new String(fixture, StandardCharsets.ISO_8859_1);
                    for (Edit one : edits) {
                        text = apply(text, one);
                    }
                    return text.getBytes(StandardCharsets.ISO_8859_1);
                });
    }

    private static String apply(String text, Edit edit) {
        int length = text.length();
        if (length == 0) {
            return text;
        }
        int from = edit.from() % length;
        int end = Math.min(length, from + edit.length());
        int to = edit.to() % length;
        return switch (edit.kind()) {
            case 0 -> text.substring(0, from) + text.substring(end);
            case 1 -> {
                String part = text.substring(from, end);
                String rest = text.substring(0, from) + text.substring(end);
                int at = Math.min(to, rest.length());
                yield rest.substring(0, at) + part + rest.substring(at);
            }
            case 2 -> text.substring(0, end) + text.substring(from, end) + text.substring(end);
            default -> text.substring(0, from) + (char) edit.noise() + text.substring(from + 1);
        };
    }

    @Property(tries = 600)
    void everyRuleAnswers(@ForAll("mutated") byte[] bytes) {
        check(bytes);
    }

    @Property(tries = 200)
    void anyBytesAreAnswered(@ForAll byte[] bytes) {
        check(bytes);
    }

    private static void check(byte[] bytes) {
        var files = new TreeMap<String, Contents>();
        files.put("mutated.py", () -> bytes);
        files.put(
                "other.py",
                () ->
                        "import mutated\nimport os\nfiles = os.listdir()[0]\n"
                                .getBytes(StandardCharsets.UTF_8));
        CheckResult result =
                new Checker(Rules.all(), Checker.Setting.of(Selection.ALL), 1).check(files);
        assertThat(result.findings())
                .as("the file beside it is checked all the same")
                .anyMatch(finding -> finding.place().file().equals("other.py"));
        for (Finding finding : result.findings()) {
            inside(finding.place(), bytes.length);
            assertThat(finding.place().line()).isPositive();
            if (finding.fix() != null) {
                finding.fix().edits().forEach(edit -> inside(edit.place(), bytes.length));
            }
        }
    }

    private static void inside(Place place, int length) {
        assertThat(place.start()).isNotNegative();
        assertThat(place.end()).isBetween(place.start(), Math.max(length, 60));
    }
}
