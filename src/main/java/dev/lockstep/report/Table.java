package dev.lockstep.report;

import java.util.ArrayList;
import java.util.List;

/// Takes rows of cells, gives lines with the columns aligned, two blanks between them.
final class Table {
    /// How the cells of a column stand.
    enum Align {
        LEFT,
        RIGHT
    }

    private final List<Align> columns;
    private final List<List<String>> rows = new ArrayList<>();

    Table(Align... columns) {
        this.columns = List.of(columns);
    }

    /// Adds a row; missing cells at its end are empty.
    Table row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    /// Gives the lines, without blanks at their ends.
    List<String> lines() {
        int[] widths = new int[columns.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String blanks = " ".repeat(widths[i] - width(row.get(i)));
                line.append(i == 0 ? "" : "  ")
                        .append(columns.get(i) == Align.RIGHT ? blanks : "")
                        .append(row.get(i))
                        .append(columns.get(i) == Align.LEFT ? blanks : "");
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
