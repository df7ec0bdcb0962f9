package dev.lockstep.report;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.diagnosis.Explanation;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.hazard.Catalogue;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Takes a verdict, gives it as one HTML page that loads nothing and runs nothing.
///
/// Every text in it is escaped: names of files and tensors come from the experiment.
public final class VerdictHtml {
    private static final String PAGE =
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>%s</title>
            <style>
            :root { color-scheme: light dark; --good: #1a7f37; --bad: #c62828; --unknown: #9a6700; --line: #8884; }
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
            h1 { font-size: 1.5rem; border-left: .4rem solid var(--tone); padding-left: .8rem; }
            h2 { font-size: 1.1rem; margin-top: 2rem; }
            table { border-collapse: collapse; width: 100%%; }
            th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); }
            code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
            .identical { --tone: var(--good); } .diverged { --tone: var(--bad); } .unknown { --tone: var(--unknown); }
            footer { margin-top: 3rem; opacity: .7; font-size: .9rem; }
            </style>
            </head>
            <body class="%s">
            %s
            <footer>Lockstep %s</footer>
            </body>
            </html>
            """;

    private VerdictHtml() {}

    /// The page.
    ///
    /// @param source the source line at which the runs part; null when there is none
    /// @param lockstep Lockstep's own version
    public static String page(Verdict verdict, @Nullable String source, String lockstep) {
        var body = new StringBuilder();
        var facts = verdict.experiment();
        body.append("<h1>").append(text(headline(verdict))).append("</h1>\n<p><code>");
        body.append(text(String.join(" ", facts.command()))).append("</code><br>Python ");
        body.append(text(facts.python()));
        if (facts.torch() != null) {
            body.append(" · torch ").append(text(facts.torch()));
        }
        body.append("</p>\n");
        var compared = verdict.compared();
        body.append(
                table(
                        "Compared",
                        List.of("runs", "optimizer steps", "events", "tensors"),
                        List.of(
                                List.of(
                                        VerdictText.number(compared.runs()),
                                        VerdictText.number(compared.steps()),
                                        VerdictText.number(compared.events()),
                                        VerdictText.number(compared.tensors())))));
        var divergence = verdict.divergence();
        if (divergence != null) {
            divergence(body, divergence, source);
        }
        var found = verdict.explanation();
        if (found != null) {
            explanation(body, found);
        }
        body.append(
                table(
                        "Not compared",
                        List.of("what", "why"),
                        rows(verdict.notCompared(), one -> List.of(one.what(), one.why()))));
        body.append(
                table(
                        "Differences of the surroundings",
                        List.of("what", "reference", "candidate"),
                        rows(
                                verdict.environmentDifferences(),
                                one -> List.of(one.what(), one.reference(), one.candidate()))));
        return String.format(
                Locale.ROOT,
                PAGE,
                text(headline(verdict)),
                verdict.result().text(),
                body,
                text(lockstep));
    }

    private static String headline(Verdict verdict) {
        return switch (verdict.result()) {
            case IDENTICAL -> "The runs agree bit for bit";
            case DIVERGED -> {
                var divergence = verdict.divergence();
                yield "The runs part"
                        + (divergence == null
                                ? ""
                                : " at step "
                                        + VerdictText.number(divergence.step())
                                        + ": "
                                        + divergence.kind().words()
                                        + (divergence.name() == null
                                                ? ""
                                                : " " + divergence.name()));
            }
            case UNKNOWN -> "Cannot tell: " + verdict.reason();
        };
    }

    private static void divergence(
            StringBuilder body, Divergence divergence, @Nullable String source) {
        body.append("<h2>Where they part</h2>\n<p>In ").append(text(divergence.process()));
        var site = divergence.site();
        if (site != null) {
            body.append(", at <code>").append(text(site.text())).append("</code>");
        }
        body.append("</p>\n");
        if (source != null) {
            body.append("<pre><code>").append(text(source.strip())).append("</code></pre>\n");
        }
        var rows =
                rows(
                        divergence.details(),
                        one -> List.of(one.what(), one.reference(), one.candidate()));
        if (rows.isEmpty()) {
            rows =
                    List.of(
                            List.of(
                                    divergence.kind().words(),
                                    String.valueOf(divergence.reference()),
                                    String.valueOf(divergence.candidate())));
        }
        body.append(table("", List.of("", "reference", "candidate"), rows));
    }

    private static void explanation(StringBuilder body, Explanation found) {
        body.append(
                table(
                        "Causes, each proved",
                        List.of("hazard", "", "where", "parts without its pin at step", "repair"),
                        rows(
                                found.proved(),
                                one ->
                                        List.of(
                                                one.suspect().hazard(),
                                                Catalogue.get(one.suspect().hazard()).name(),
                                                one.suspect().places().stream()
                                                        .limit(5)
                                                        .map(place -> place.text())
                                                        .collect(Collectors.joining(", ")),
                                                VerdictText.number(one.without().step()),
                                                Remedies.line(one.suspect().hazard())))));
        var proof = found.proof();
        if (proof != null) {
            body.append("<p>With the causes pinned, ")
                    .append(proof.runs())
                    .append(" runs agree bit for bit: ")
                    .append(text(VerdictText.amounts(proof)))
                    .append(".</p>\n");
        }
        for (var note : found.notes()) {
            body.append("<p>").append(text(note)).append("</p>\n");
        }
        body.append(
                table(
                        "Ruled out",
                        List.of("hazard", "why"),
                        rows(
                                found.ruledOut(),
                                one -> List.of(VerdictText.named(one.suspect()), one.why()))));
        body.append(
                table(
                        "Not tried",
                        List.of("hazard", "why"),
                        rows(found.suspected(), one -> List.of(one.hazard(), one.why()))));
    }

    private static <T> List<List<String>> rows(List<T> values, Function<T, List<String>> row) {
        return values.stream().map(row).toList();
    }

    private static String table(String title, List<String> head, List<List<String>> rows) {
        if (rows.isEmpty()) {
            return "";
        }
        var table = new StringBuilder();
        if (!title.isEmpty()) {
            table.append("<h2>").append(text(title)).append("</h2>\n");
        }
        table.append("<table>\n<tr>");
        head.forEach(cell -> table.append("<th>").append(text(cell)).append("</th>"));
        table.append("</tr>\n");
        for (var row : rows) {
            table.append("<tr>");
            row.forEach(
                    cell -> table.append("<td><code>").append(text(cell)).append("</code></td>"));
            table.append("</tr>\n");
        }
        return table.append("</table>\n").toString();
    }

    private static String text(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
