package dev.lockstep.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.source.Parser;
import dev.lockstep.source.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every rule on its fixtures: a line with `# expect: LS204` must give that finding, one with `#
/// note: LS204` must give it as a note, any other line none. A fixture `LS204*.py` is checked by
/// the rules of its own hazard.
///
/// What the edits make of a fixture stands beside it as `LS204.fixed`; `-Dlockstep.refresh=true`
/// writes those files anew.
class RuleFixturesTest {
    private static final Path FOLDER = Path.of("src/test/resources/dev/lockstep/check/fixtures");
    private static final Pattern EXPECT = Pattern.compile("# (expect|note): (LS\\d+(?:, LS\\d+)*)");

    /// Rules over whole programs, whose fixtures are folders of files.
    private static final Set<String> FOLLOWED =
            Set.of(
                    "LS101", "LS102", "LS103", "LS104", "LS105", "LS108", "LS109", "LS110", "LS111",
                    "LS112", "LS113", "LS114", "LS115");

    static Stream<Path> fixtures() throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".py")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void findsWhatIsExpectedAndNothingElse(Path fixture) throws IOException {
        String text = Files.readString(fixture);
        var expected = new TreeSet<String>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher matcher = EXPECT.matcher(lines.get(i));
            if (matcher.find()) {
                for (String id : matcher.group(2).split(", ", -1)) {
                    expected.add("%03d %s %s".formatted(i + 1, matcher.group(1), id));
                }
            }
        }
        var found = new TreeSet<String>();
        for (Finding finding : check(fixture, text)) {
            String kind = finding.severity() == Severity.NOTE ? "note" : "expect";
            found.add("%03d %s %s".formatted(finding.place().line(), kind, finding.hazard().id()));
        }
        assertThat(found).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void editsGiveWhatIsWrittenDownAndParse(Path fixture) throws IOException {
        String text = Files.readString(fixture);
        String fixed = apply(text, check(fixture, text));
        Path golden =
                fixture.resolveSibling(fixture.getFileName().toString().replace(".py", ".fixed"));
        if (fixed.equals(text)) {
            assertThat(golden).doesNotExist();
            return;
        }
        if (Boolean.getBoolean("lockstep.refresh")) {
            Files.writeString(golden, fixed);
        }
        assertThat(fixed).isEqualTo(Files.readString(golden));
        Source source = Source.of("fixed.py", fixed.getBytes(StandardCharsets.UTF_8));
        assertThat(new Parser().parse(source).errors()).isEmpty();
        assertThat(apply(fixed, check(fixture, fixed))).isEqualTo(fixed);
    }

    @Test
    void everyRuleHasAFixtureWithAndWithoutFindings() throws IOException {
        var missing = new ArrayList<String>();
        List<Path> all = fixtures().toList();
        for (Rule rule : Rules.all()) {
            if (FOLLOWED.contains(rule.hazard())) {
                continue;
            }
            boolean positive = false;
            boolean negative = false;
            for (Path fixture : all) {
                if (fixture.getFileName().toString().startsWith(rule.hazard())) {
                    String text = Files.readString(fixture);
                    positive |= EXPECT.matcher(text).find();
                    negative |=
                            text.lines()
                                    .anyMatch(line ->
                                            line.contains("(") && !EXPECT.matcher(line).find());
                }
            }
            if (!positive || !negative) {
                missing.add(rule.hazard());
            }
        }
        assertThat(missing).isEmpty();
    }

    private static List<Finding> check(Path fixture, String text) {
        String id = fixture.getFileName().toString().substring(0, 5);
        var files = new TreeMap<String, Contents>();
        files.put("fixture.py", () -> text.getBytes(StandardCharsets.UTF_8));
        var checker =
                new Checker(
                        Rules.all(), Checker.Setting.of(Selection.of(List.of(id), List.of())), 1);
        CheckResult result = checker.check(files);
        assertThat(result.problems()).isEmpty();
        return result.findings();
    }

    private static String apply(String text, List<Finding> findings) {
        var edits = new ArrayList<Edit>();
        for (Finding finding : findings) {
            Fix fix = finding.fix();
            if (fix != null) {
                edits.addAll(fix.edits());
            }
        }
        edits.sort(Comparator.comparing(Edit::place).reversed());
        var changed = new StringBuilder(text);
        for (Edit edit : edits) {
            changed.replace(edit.place().start(), edit.place().end(), edit.text());
        }
        return changed.toString();
    }
}
