package dev.lockstep.report;

import dev.lockstep.comparison.EnvironmentDifference;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.record.Manifest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes the verdict over two records, gives the lines that a person reads: which runs, what
/// differs around them, and where they part.
public final class DiffText {
    private static final int MOST = 40;

    private DiffText() {}

    /// Gives the text, with a newline at its end.
    ///
    /// @param source the source line at which the runs part, or null
    /// @param colour with terminal colours
    public static String text(
            String referenceId,
            Manifest reference,
            String candidateId,
            Manifest candidate,
            Verdict verdict,
            @Nullable String source,
            boolean colour) {
        List<String> lines = new ArrayList<>();
        lines.addAll(
                new Table(Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT)
                        .row("reference", referenceId, name(reference), when(reference))
                        .row("candidate", candidateId, name(candidate), when(candidate))
                        .lines());
        lines.add("");
        List<EnvironmentDifference> differences = verdict.environmentDifferences();
        if (differences.isEmpty()) {
            lines.add("Nothing that was noted around the runs differs.");
        } else {
            lines.add("Around the runs differs:");
            Table table =
                    new Table(
                            Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT);
            table.row("", "", "reference", "candidate");
            for (int i = 0; i < differences.size() && i < MOST; i++) {
                EnvironmentDifference one = differences.get(i);
                table.row(
                        "  "
                                + (i > 0 && differences.get(i - 1).group() == one.group()
                                        ? ""
                                        : one.group().words()),
                        one.what(),
                        Amounts.cut(one.reference(), 50),
                        Amounts.cut(one.candidate(), 50));
            }
            lines.addAll(table.lines());
            if (differences.size() > MOST) {
                lines.add("  and " + (differences.size() - MOST) + " more, all in --json");
            }
        }
        lines.add("");
        return String.join("\n", lines)
                + "\n"
                + VerdictText.text(
                        verdict.withEnvironmentDifferences(List.of()), source, List.of(), colour);
    }

    private static String name(Manifest manifest) {
        return manifest.name() == null ? "" : manifest.name();
    }

    private static String when(Manifest manifest) {
        return Amounts.minute(manifest.started()) + "  " + Amounts.command(manifest.command());
    }
}
