package dev.lockstep.report;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import dev.lockstep.comparison.Divergence;
import dev.lockstep.diagnosis.Explanation;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.event.Site;
import dev.lockstep.hazard.Catalogue;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Takes a verdict, gives it as one HTML page that loads nothing and runs nothing.
///
/// The template escapes every value: names of files and tensors come from the experiment.
public final class VerdictHtml {
    private static final int PLACES = 5;

    private VerdictHtml() {}

    /// What was done about the causes.
    ///
    /// @param diff a unified diff; empty when no edit was found
    /// @param advice what a person has to do, a sentence each
    /// @param after the verdict on the repaired copy; null when it was not run
    public record Repair(String diff, List<String> advice, @Nullable Verdict after) {
        public Repair {
            advice = List.copyOf(advice);
        }
    }

    /// The page.
    ///
    /// @param source gives the text of a line, or null when it cannot be had
    /// @param repair what was done about the causes; null when nothing was tried
    /// @param lockstep Lockstep's own version
    public static String page(
            Verdict verdict,
            Function<Site, @Nullable String> source,
            @Nullable Repair repair,
            String lockstep) {
        var found = verdict.explanation();
        var proved = found == null ? List.<Explanation.Proved>of() : found.proved();
        var divergence = verdict.divergence();
        var page = new LinkedHashMap<String, @Nullable Object>();
        page.put("result", verdict.result().text());
        page.put("headline", headline(verdict));
        page.put("command", Amounts.command(verdict.experiment().command()));
        page.put("surroundings", surroundings(verdict.experiment()));
        page.put("compared", compared(verdict));
        page.put("parting", divergence == null ? null : parting(divergence, source));
        page.put("causes?", proved.isEmpty() ? null : causesTitle(proved));
        page.put("causes", proved.stream().map(one -> cause(one, source)).toList());
        page.put("proof", found == null ? null : VerdictText.proof(found));
        page.put("notes", notes(found == null ? List.of() : found.notes()));
        page.put("repair", repair == null ? null : repair(repair));
        page.put("tables", tables(verdict));
        page.put("lockstep", lockstep);
        return Loaded.TEMPLATE.execute(page);
    }

    /// Read when the first page is made: no other command pays for it.
    private static final class Loaded {
        static final Template TEMPLATE = read();

        private static Template read() {
            try (var in =
                    new InputStreamReader(
                            Objects.requireNonNull(
                                    VerdictHtml.class.getResourceAsStream("verdict.html")),
                            StandardCharsets.UTF_8)) {
                return Mustache.compiler().strictSections(true).compile(in);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String headline(Verdict verdict) {
        return switch (verdict.result()) {
            case IDENTICAL -> "The runs agree bit for bit";
            case DIVERGED -> {
                var divergence = Objects.requireNonNull(verdict.divergence());
                yield "The runs part "
                        + VerdictText.when(divergence)
                        + VerdictText.where(divergence);
            }
            case UNKNOWN -> "Cannot tell: " + verdict.reason();
        };
    }

    private static String surroundings(Verdict.ExperimentFacts facts) {
        var parts = new ArrayList<String>();
        parts.add("Python " + facts.python());
        if (facts.torch() != null) {
            parts.add("torch " + facts.torch());
        }
        if (facts.threads() != null) {
            parts.add(VerdictText.count(facts.threads(), "thread", "threads"));
        }
        if (facts.processes() > 0) {
            parts.add(VerdictText.count(facts.processes(), "process", "processes"));
        }
        return String.join(" · ", parts);
    }

    private static String compared(Verdict verdict) {
        var compared = verdict.compared();
        if (compared.events() == 0) {
            return "Nothing was found equal in them.";
        }
        return VerdictText.count(compared.runs(), "run", "runs")
                + (verdict.result() == Verdict.Result.IDENTICAL
                        ? " agree over "
                        : " agree up to there, over ")
                + VerdictText.count(compared.steps(), "optimizer step", "optimizer steps")
                + ", "
                + VerdictText.count(compared.events(), "event", "events")
                + " and "
                + VerdictText.count(compared.tensors(), "tensor", "tensors")
                + ".";
    }

    private static Map<String, @Nullable Object> parting(
            Divergence divergence, Function<Site, @Nullable String> source) {
        var site = divergence.site();
        var rows = new ArrayList<Map<String, @Nullable Object>>();
        for (var detail : divergence.details()) {
            rows.add(row(detail.what(), detail.reference(), detail.candidate()));
        }
        boolean told =
                divergence.details().stream()
                        .anyMatch(detail -> !detail.reference().equals(detail.candidate()));
        if (!told) {
            rows.add(
                    row(
                            divergence.kind().words(),
                            divergence.reference() == null ? "nothing" : divergence.reference(),
                            divergence.candidate() == null ? "nothing" : divergence.candidate()));
        }
        var parting = new LinkedHashMap<String, @Nullable Object>();
        parting.put("process", "In " + VerdictText.process(divergence.process()));
        parting.put("place", site == null ? null : site.text());
        parting.put("source", site == null ? null : stripped(source.apply(site)));
        parting.put("rows", rows);
        return parting;
    }

    private static Map<String, @Nullable Object> row(
            String what, String reference, String candidate) {
        var row = new LinkedHashMap<String, @Nullable Object>();
        row.put("what", what);
        row.put("reference", reference);
        row.put("candidate", candidate);
        row.put("differs", !reference.equals(candidate));
        return row;
    }

    private static String causesTitle(List<Explanation.Proved> proved) {
        return proved.size() == 1 ? "One cause, proved" : proved.size() + " causes, each proved";
    }

    private static Map<String, @Nullable Object> cause(
            Explanation.Proved proved, Function<Site, @Nullable String> source) {
        var suspect = proved.suspect();
        var hazard = Catalogue.get(suspect.hazard());
        var places = suspect.places();
        var recorded = suspect.pin().recorded();
        var cause = new LinkedHashMap<String, @Nullable Object>();
        cause.put("hazard", hazard.id());
        cause.put("name", hazard.name());
        cause.put("summary", capital(hazard.summary()) + (recorded == null ? "" : ": " + recorded));
        cause.put(
                "places",
                places.stream().limit(PLACES).map(place -> place(place, source)).toList());
        cause.put(
                "more",
                places.size() > PLACES ? "and " + (places.size() - PLACES) + " more places" : null);
        cause.put(
                "proof",
                (recorded == null
                                ? "With every pin the runs agree; without this one they part at step "
                                : "With everything as recorded the run agrees with its record; with this as it is now it parts at step ")
                        + VerdictText.number(proved.without().step())
                        + ", "
                        + VerdictText.where(proved.without())
                        + ".");
        cause.put("repair", Remedies.line(suspect.hazard()));
        return cause;
    }

    private static Map<String, @Nullable Object> place(
            Place place, Function<Site, @Nullable String> source) {
        var about = new ArrayList<String>();
        var function = place.function();
        if (function != null && !function.startsWith("<")) {
            about.add("in " + function);
        }
        if (place.via() != null) {
            about.add("through " + place.via());
        }
        if (place.feeds() != null) {
            about.add("for " + place.feeds());
        }
        if (!place.process().equals("main")) {
            about.add("in " + VerdictText.process(place.process()));
        }
        var shown = new LinkedHashMap<String, @Nullable Object>();
        shown.put("place", place.text());
        shown.put("source", stripped(source.apply(place.site())));
        shown.put("about", about.isEmpty() ? null : String.join(", ", about));
        return shown;
    }

    private static Map<String, @Nullable Object> repair(Repair repair) {
        var shown = new LinkedHashMap<String, @Nullable Object>();
        shown.put("diff", repair.diff().lines().map(VerdictHtml::diffLine).toList());
        var after = repair.after();
        shown.put(
                "outcome",
                repair.diff().isEmpty()
                        ? "No edit removes it."
                        : after == null
                                ? "The repaired script was not run."
                                : "After these edits: " + headline(after) + ". " + compared(after));
        shown.put("advice", notes(repair.advice()));
        return shown;
    }

    private static Map<String, String> diffLine(String line) {
        var kind =
                line.startsWith("+++") || line.startsWith("---")
                        ? "file"
                        : line.startsWith("+")
                                ? "added"
                                : line.startsWith("-")
                                        ? "removed"
                                        : line.startsWith("@@") ? "hunk" : "same";
        return Map.of("kind", kind, "text", line);
    }

    private static List<Map<String, Object>> tables(Verdict verdict) {
        var tables = new ArrayList<Map<String, Object>>();
        var found = verdict.explanation();
        if (found != null) {
            table(
                    tables,
                    "Ruled out",
                    List.of("hazard", "why"),
                    found.ruledOut().stream()
                            .map(one -> List.of(VerdictText.named(one.suspect()), one.why()))
                            .toList());
            table(
                    tables,
                    "Not tried",
                    List.of("hazard", "why"),
                    found.suspected().stream()
                            .map(one ->
                                    List.of(
                                            one.hazard() + " " + Catalogue.get(one.hazard()).name(),
                                            one.why()))
                            .toList());
        }
        table(
                tables,
                "Last batches that samples do not fill",
                List.of("loader", "what it holds"),
                verdict.lastBatches().kept().stream()
                        .map(one ->
                                List.of(
                                        one.site() == null ? "" : one.site().text(),
                                        VerdictText.held(one, "")))
                        .toList());
        table(
                tables,
                "Not compared",
                List.of("what", "why"),
                verdict.notCompared().stream().map(one -> List.of(one.what(), one.why())).toList());
        table(
                tables,
                "What the two runs' surroundings differ in",
                List.of("what", "reference", "candidate"),
                verdict.environmentDifferences().stream()
                        .map(one -> List.of(one.what(), one.reference(), one.candidate()))
                        .toList());
        return tables;
    }

    private static void table(
            List<Map<String, Object>> tables,
            String title,
            List<String> head,
            List<List<String>> rows) {
        if (!rows.isEmpty()) {
            tables.add(
                    Map.of(
                            "title",
                            title,
                            "head",
                            cells(head),
                            "rows",
                            rows.stream().map(row -> Map.of("row", cells(row))).toList()));
        }
    }

    private static List<Map<String, String>> cells(List<String> texts) {
        return texts.stream().map(text -> Map.of("cell", text)).toList();
    }

    private static List<Map<String, String>> notes(List<String> notes) {
        return notes.stream().map(note -> Map.of("note", note)).toList();
    }

    private static @Nullable String stripped(@Nullable String line) {
        return line == null || line.isBlank() ? null : line.strip();
    }

    /// A summary as a sentence begins; one that begins with a name in code keeps it.
    private static String capital(String summary) {
        var text = summary.replace("`", "");
        return summary.startsWith("`")
                ? text
                : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
