package dev.lockstep.report;

import dev.lockstep.check.CheckResult;
import dev.lockstep.check.Finding;
import dev.lockstep.check.Fix;
import dev.lockstep.check.Problem;
import dev.lockstep.check.Severity;
import dev.lockstep.check.Step;
import dev.lockstep.check.Suppression;
import java.util.LinkedHashSet;
import java.util.stream.Collectors;

/// Takes the result of a check, gives what a person reads: each finding with its source line and
/// carets below, then what could not be read, then a summary.
public final class FindingsText {
    private static final int LONGEST_LINE = 160;

    private final boolean colour;

    /// @param colour whether to colour the hazards' names for a terminal
    public FindingsText(boolean colour) {
        this.colour = colour;
    }

    /// Gives the whole text.
    ///
    /// @param next the words of the hint at the end that name what was checked, `src train.py`
    public String render(CheckResult result, String next) {
        var out = new StringBuilder();
        for (Finding finding : result.findings()) {
            finding(finding, out);
        }
        for (Suppression unused : result.unused()) {
            out.append(unused.place().fileAndLine())
                    .append(": ")
                    .append(unusedText(unused))
                    .append('\n');
        }
        for (Problem problem : result.problems()) {
            out.append(problem.file());
            if (problem.line() > 0) {
                out.append(':').append(problem.line());
            }
            out.append(": ")
                    .append(problem.unread() ? "not checked: " : "partly checked: ")
                    .append(problem.message())
                    .append('\n');
        }
        if (!out.isEmpty()) {
            out.append('\n');
        }
        summary(result, out);
        if (!result.findings().isEmpty()) {
            Finding first = result.findings().getFirst();
            out.append("next:  lockstep explain ").append(first.hazard().id()).append('\n');
            if (result.findings().stream().anyMatch(FindingsText::editable)) {
                out.append("       lockstep fix --check-only ")
                        .append(next)
                        .append("      shows the edits as a diff\n");
            }
        }
        return out.toString();
    }

    /// Says why a suppression is useless.
    static String unusedText(Suppression unused) {
        if (!unused.unknown().isEmpty()) {
            return "suppression names no hazard: " + String.join(", ", unused.unknown());
        }
        return "unused suppression"
                + (unused.hazards().isEmpty() ? "" : " of " + String.join(", ", unused.hazards()));
    }

    private void finding(Finding finding, StringBuilder out) {
        out.append(finding.place().fileAndLine()).append(':').append(finding.place().column());
        out.append(": ");
        String name = finding.hazard().id() + " " + finding.hazard().name();
        out.append(
                colour
                        ? "\u001b["
                                + (finding.severity() == Severity.ERROR ? "31" : "33")
                                + "m"
                                + name
                                + "\u001b[0m"
                        : name);
        out.append(finding.severity() == Severity.NOTE ? " (note)" : "");
        out.append(": ").append(finding.message()).append('\n');
        snippet(finding, out);
        if (!finding.path().isEmpty()) {
            out.append("       way there: ")
                    .append(
                            finding.path().stream()
                                    .map(FindingsText::step)
                                    .collect(Collectors.joining(" → ")))
                    .append('\n');
        }
        Fix fix = finding.fix();
        if (fix != null) {
            out.append("       fix (").append(fix.safety().word()).append("): ");
            out.append(fix.title()).append('\n');
        }
    }

    private static String step(Step step) {
        return step.file() + ":" + step.line() + " " + step.what();
    }

    private static boolean editable(Finding finding) {
        Fix fix = finding.fix();
        return fix != null && !fix.edits().isEmpty();
    }

    private static void snippet(Finding finding, StringBuilder out) {
        String line = finding.lineText().replace('\t', ' ').replace('\f', ' ');
        int length = line.codePointCount(0, line.length());
        int column = finding.place().column();
        if (length > LONGEST_LINE || line.isBlank() || column > length) {
            return;
        }
        String number = Integer.toString(finding.place().line());
        out.append(" ".repeat(Math.max(0, 5 - number.length()))).append(number).append(" | ");
        out.append(line.stripTrailing()).append('\n');
        boolean oneLine = finding.place().endLine() == finding.place().line();
        int end = oneLine ? Math.min(finding.place().endColumn(), length + 1) : length + 1;
        out.append("      | ").append(" ".repeat(column - 1));
        out.append("^".repeat(Math.max(1, end - column))).append('\n');
    }

    private static void summary(CheckResult result, StringBuilder out) {
        var files = new LinkedHashSet<String>();
        result.findings().forEach(finding -> files.add(finding.place().file()));
        long unread = result.problems().stream().filter(Problem::unread).count();
        if (result.findings().isEmpty()) {
            out.append("no finding in ").append(count(result.files(), "file"));
        } else {
            out.append(count(result.findings().size(), "finding"))
                    .append(" in ")
                    .append(files.size())
                    .append(" of ")
                    .append(count(result.files(), "file"));
        }
        if (unread > 0) {
            out.append(", ").append(unread).append(" not checked");
        }
        if (result.suppressed() > 0) {
            out.append(", ").append(result.suppressed()).append(" suppressed");
        }
        if (result.baselined() > 0) {
            out.append(", ").append(result.baselined()).append(" known from the baseline");
        }
        out.append('\n');
    }

    private static String count(int number, String word) {
        return number + " " + word + (number == 1 ? "" : "s");
    }
}
