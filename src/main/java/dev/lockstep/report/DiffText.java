package dev.lockstep.report;

import dev.lockstep.comparison.CodeChange;
import dev.lockstep.comparison.EnvironmentDifference;
import dev.lockstep.comparison.LossDistance;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.record.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Takes the verdict over two records, gives the lines that a person reads: which runs, what
/// differs around them, and where they part.
public final class DiffText {
    private static final int MOST = 40;
    private static final int MOST_DIFF = 60;

    private DiffText() {}

    /// Gives the text, with a newline at its end.
    ///
    /// @param changes how the source that they executed differs
    /// @param losses how far apart the losses are, or null when they are equal or not known
    /// @param source the source line at which the runs part, or null
    /// @param colour with terminal colours
    public static String text(
            String referenceId,
            Manifest reference,
            String candidateId,
            Manifest candidate,
            Verdict verdict,
            List<CodeChange> changes,
            @Nullable LossDistance losses,
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
            lines.addAll(table(differences, "reference", "candidate"));
        }
        lines.add("");
        for (CodeChange change : changes) {
            if (change.diff().isEmpty()) {
                continue;
            }
            change.diff()
                    .lines()
                    .limit(MOST_DIFF)
                    .map(line -> Amounts.plain(line.replace("\t", "    ")))
                    .forEach(lines::add);
            long more = change.diff().lines().count() - MOST_DIFF;
            if (more > 0) {
                lines.add("… " + more + " more lines, all in --json");
            }
            lines.add("");
        }
        return String.join("\n", lines)
                + "\n"
                + VerdictText.text(
                        verdict.withEnvironmentDifferences(List.of()), source, List.of(), colour)
                + (losses == null ? "" : losses(losses));
    }

    /// How far apart the losses are: where they first differ, at most, and at the end.
    private static String losses(LossDistance losses) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(
                "  losses     first differ at step "
                        + losses.first().step()
                        + ": "
                        + apart(losses.first()));
        if (losses.most().step() != losses.first().step()) {
            lines.add(
                    "             furthest apart at step "
                            + losses.most().step()
                            + ": "
                            + apart(losses.most()));
        }
        if (losses.last().step() != losses.most().step()) {
            lines.add(
                    "             at the last step of both, "
                            + losses.last().step()
                            + ": "
                            + apart(losses.last()));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String apart(LossDistance.Pair pair) {
        return pair.reference()
                + " and "
                + pair.candidate()
                + String.format(Locale.ROOT, ", %.2g apart", pair.distance());
    }

    /// What a person reads before a recorded run is done again: what it was, and what is not as it
    /// was then.
    public static String before(
            String id, Manifest manifest, List<EnvironmentDifference> differences) {
        List<String> lines = new ArrayList<>();
        lines.addAll(
                new Table(Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT)
                        .row("record", id, name(manifest), when(manifest))
                        .lines());
        if (differences.isEmpty()) {
            lines.add("Nothing that the record holds differs from today.");
        } else {
            lines.add("What is not as it was then, the likeliest cause first:");
            lines.addAll(table(differences, "then", "now"));
        }
        lines.add("");
        return String.join("\n", lines) + "\n";
    }

    private static List<String> table(
            List<EnvironmentDifference> differences, String reference, String candidate) {
        Table table =
                new Table(
                        Table.Align.LEFT,
                        Table.Align.LEFT,
                        Table.Align.LEFT,
                        Table.Align.LEFT,
                        Table.Align.LEFT);
        table.row("", "", "", reference, candidate);
        for (int i = 0; i < differences.size() && i < MOST; i++) {
            EnvironmentDifference one = differences.get(i);
            boolean again = i > 0 && differences.get(i - 1).group() == one.group();
            table.row(
                    "  " + (again ? "" : one.hazard()),
                    again ? "" : one.group().words(),
                    Amounts.plain(one.what()),
                    Amounts.plain(Amounts.cut(one.reference(), 50)),
                    Amounts.plain(Amounts.cut(one.candidate(), 50)));
        }
        List<String> lines = new ArrayList<>(table.lines());
        if (differences.size() > MOST) {
            lines.add("  and " + (differences.size() - MOST) + " more, all in --json");
        }
        return lines;
    }

    private static String name(Manifest manifest) {
        return manifest.name() == null ? "" : Amounts.plain(manifest.name());
    }

    private static String when(Manifest manifest) {
        return Amounts.minute(manifest.started())
                + "  "
                + Amounts.plain(Amounts.command(manifest.command()));
    }
}
