package dev.lockstep.report;

import dev.lockstep.check.CheckResult;
import dev.lockstep.check.Finding;
import dev.lockstep.check.Place;
import dev.lockstep.check.Problem;
import dev.lockstep.check.Suppression;

/// Takes the result of a check, gives GitHub workflow commands, one annotation a line.
public final class FindingsGithub {
    private FindingsGithub() {}

    /// Gives all lines, the findings first.
    public static String render(CheckResult result) {
        var out = new StringBuilder();
        for (Finding finding : result.findings()) {
            Place place = finding.place();
            String level =
                    switch (finding.severity()) {
                        case ERROR -> "error";
                        case WARNING -> "warning";
                        case NOTE -> "notice";
                    };
            out.append("::").append(level).append(" file=").append(property(place.file()));
            out.append(",line=").append(place.line());
            out.append(",endLine=").append(place.endLine());
            if (place.line() == place.endLine()) {
                out.append(",col=").append(place.column());
                out.append(",endColumn=").append(place.endColumn());
            }
            out.append(",title=")
                    .append(property(finding.hazard().id() + " " + finding.hazard().name()));
            out.append("::").append(data(finding.message())).append('\n');
        }
        for (Suppression unused : result.unused()) {
            out.append("::warning file=").append(property(unused.place().file()));
            out.append(",line=").append(unused.place().line());
            out.append("::").append(data(FindingsText.unusedText(unused))).append('\n');
        }
        for (Problem problem : result.problems()) {
            out.append("::warning file=").append(property(problem.file()));
            if (problem.line() > 0) {
                out.append(",line=").append(problem.line());
            }
            out.append("::").append(data(problem.message())).append('\n');
        }
        return out.toString();
    }

    private static String data(String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String property(String text) {
        return data(text).replace(":", "%3A").replace(",", "%2C");
    }
}
