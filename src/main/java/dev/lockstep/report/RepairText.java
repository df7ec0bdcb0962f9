package dev.lockstep.report;

import dev.lockstep.diagnosis.Explanation;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.hazard.Catalogue;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Takes what `fix` proposes, gives the text that a person reads: why something is edited, the
/// diff, and what is left to do by hand.
public final class RepairText {
    /// How many lines of code are named for one cause.
    private static final int MOST_PLACES = 4;

    private RepairText() {}

    /// The text; empty when there is nothing to edit and nothing to say.
    ///
    /// @param found why edits are made; null when nothing was run
    /// @param diff the edits as a unified diff
    /// @param advice what no edit does
    /// @param colour with terminal colours
    public static String text(
            @Nullable Explanation found, String diff, List<String> advice, boolean colour) {
        var text = new StringBuilder();
        if (found != null && !found.proved().isEmpty()) {
            text.append(
                    found.proved().size() == 1
                            ? "The cause, proved:\n"
                            : "The " + found.proved().size() + " causes, each proved:\n");
            for (var one : found.proved()) {
                var hazard = Catalogue.get(one.suspect().hazard());
                text.append("  ")
                        .append(hazard.id())
                        .append(' ')
                        .append(hazard.name())
                        .append(places(one.suspect().places()))
                        .append('\n');
            }
            text.append('\n');
        }
        diff.lines().forEach(line -> text.append(coloured(line, colour)).append('\n'));
        if (!advice.isEmpty()) {
            text.append(diff.isEmpty() ? "" : "\n").append("To do by hand:\n");
            advice.forEach(line -> text.append("  ").append(Amounts.plain(line)).append('\n'));
        }
        return text.toString();
    }

    private static String places(List<Place> places) {
        if (places.isEmpty()) {
            return "";
        }
        var texts = places.stream().map(Place::text).distinct().toList();
        return "   "
                + texts.stream()
                        .limit(MOST_PLACES)
                        .map(Amounts::plain)
                        .collect(Collectors.joining(", "))
                + (texts.size() > MOST_PLACES ? ", …" : "");
    }

    /// A line of a diff; what stands in a file moves no cursor.
    private static String coloured(String line, boolean colour) {
        var plain =
                Arrays.stream(line.split("\t", -1))
                        .map(Amounts::plain)
                        .collect(Collectors.joining("\t"));
        if (!colour) {
            return plain;
        }
        var code =
                line.startsWith("+++") || line.startsWith("---")
                        ? "1"
                        : line.startsWith("+")
                                ? "32"
                                : line.startsWith("-") ? "31" : line.startsWith("@@") ? "36" : null;
        return code == null ? plain : "\u001b[" + code + "m" + plain + "\u001b[0m";
    }
}
