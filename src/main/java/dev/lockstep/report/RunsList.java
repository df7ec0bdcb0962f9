package dev.lockstep.report;

import dev.lockstep.record.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Takes the runs of a project, gives them as a table or as JSON.
public final class RunsList {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private RunsList() {}

    /// One run.
    ///
    /// @param manifest null when the record cannot be read
    /// @param summary what its streams hold, null when they cannot be read
    /// @param problem why something could not be read, or null
    public record Entry(
            String id,
            @Nullable Manifest manifest,
            Manifest.@Nullable Summary summary,
            long size,
            @Nullable String problem) {}

    /// Gives the table, the newest run last, with a newline at its end.
    public static String text(List<Entry> runs) {
        if (runs.isEmpty()) {
            return "no runs here\nnext:  lockstep run SCRIPT.py      records one\n";
        }
        Table table =
                new Table(
                        Table.Align.LEFT,
                        Table.Align.LEFT,
                        Table.Align.LEFT,
                        Table.Align.LEFT,
                        Table.Align.RIGHT,
                        Table.Align.RIGHT,
                        Table.Align.LEFT,
                        Table.Align.RIGHT);
        table.row(
                "RUN",
                "NAME",
                "WHEN (UTC)",
                "COMMAND",
                "STEPS",
                "LAST LOSS",
                "LAST COMPARISON",
                "SIZE");
        List<String> problems = new ArrayList<>();
        for (Entry run : runs) {
            Manifest manifest = run.manifest();
            Manifest.Summary summary = run.summary();
            table.row(
                    run.id(),
                    manifest == null || manifest.name() == null
                            ? ""
                            : Amounts.plain(manifest.name()),
                    manifest == null ? "" : Amounts.minute(manifest.started()),
                    manifest == null
                            ? "cannot be read"
                            : Amounts.plain(Amounts.cut(Amounts.command(manifest.command()), 40)),
                    summary == null ? "?" : VerdictText.number(summary.steps()),
                    summary == null ? "?" : Amounts.loss(summary.lastLoss()),
                    manifest == null ? "" : comparison(manifest.lastComparison()),
                    Amounts.bytes(run.size()));
            if (run.problem() != null) {
                problems.add(run.problem());
            }
        }
        List<String> lines = new ArrayList<>(table.lines());
        problems.forEach(problem -> lines.add("! " + Amounts.plain(problem)));
        return String.join("\n", lines) + "\n";
    }

    private static String comparison(Manifest.@Nullable LastComparison comparison) {
        if (comparison == null) {
            return "–";
        }
        return switch (comparison.verdict()) {
            case "diverged" ->
                    comparison.step() == null
                            ? "diverged"
                            : "diverged at step " + VerdictText.number(comparison.step());
            default -> Amounts.plain(comparison.verdict());
        };
    }

    /// Gives `{"runs": […]}`, with a newline at its end.
    public static String json(List<Entry> runs) {
        List<Map<String, @Nullable Object>> list = new ArrayList<>();
        for (Entry run : runs) {
            list.add(tree(run));
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("runs", list);
        return JSON.writeValueAsString(json).replace("\r\n", "\n") + "\n";
    }

    static Map<String, @Nullable Object> tree(Entry run) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        Manifest manifest = run.manifest();
        Manifest.Summary summary = run.summary();
        json.put("id", run.id());
        json.put("name", manifest == null ? null : manifest.name());
        json.put("note", manifest == null ? null : manifest.note());
        json.put("command", manifest == null ? null : manifest.command());
        json.put("directory", manifest == null ? null : manifest.directory());
        json.put("started", manifest == null ? null : manifest.started().toString());
        json.put(
                "ended",
                manifest == null || manifest.ended() == null ? null : manifest.ended().toString());
        json.put("exit_status", manifest == null ? null : manifest.exitStatus());
        json.put("stopped", manifest == null ? null : manifest.stopped());
        json.put("seed", manifest == null ? null : manifest.seed());
        json.put("pins", manifest == null ? null : manifest.pins());
        json.put("steps", summary == null ? null : summary.steps());
        json.put("events", summary == null ? null : summary.events());
        json.put("processes", summary == null ? null : summary.processes());
        json.put("last_loss", summary == null ? null : finite(summary.lastLoss()));
        Manifest.LastComparison comparison = manifest == null ? null : manifest.lastComparison();
        if (comparison == null) {
            json.put("last_comparison", null);
        } else {
            Map<String, @Nullable Object> last = new LinkedHashMap<>();
            last.put("with", comparison.with());
            last.put("verdict", comparison.verdict());
            last.put("step", comparison.step());
            json.put("last_comparison", last);
        }
        json.put("size", run.size());
        json.put("problem", run.problem());
        return json;
    }

    /// JSON has no NaN and no infinities: they go as text.
    private static @Nullable Object finite(@Nullable Double value) {
        return value == null || Double.isFinite(value) ? value : value.toString();
    }
}
