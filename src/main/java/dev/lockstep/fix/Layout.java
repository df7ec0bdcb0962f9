package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.check.Place;
import dev.lockstep.source.Node;
import dev.lockstep.source.Source;
import java.util.ArrayList;
import java.util.List;

/// A file's own way of writing lines: its line ends and the indentation at a place.
final class Layout {
    private final Source source;
    private final String lineEnd;

    Layout(Source source) {
        this.source = source;
        this.lineEnd = lineEnd(source.text());
    }

    /// The file's line end.
    String lineEnd() {
        return lineEnd;
    }

    private static String lineEnd(String text) {
        int newline = text.indexOf('\n');
        if (newline < 0) {
            return text.indexOf('\r') >= 0 ? "\r" : "\n";
        }
        return newline > 0 && text.charAt(newline - 1) == '\r' ? "\r\n" : "\n";
    }

    /// The white space before a statement on its line.
    String indent(Node statement) {
        int start = source.lineStart(source.line(statement.start()));
        var before = source.slice(start, statement.start());
        return before.isBlank()
                ? before
                : before.substring(0, before.length() - before.stripLeading().length());
    }

    /// Whole lines put before the line on which a statement begins.
    Edit before(Node statement, List<String> lines) {
        int at = source.lineStart(source.line(statement.start()));
        return insertion(at, indented(lines, indent(statement)));
    }

    /// Whole lines put behind the last line of a statement, indented as it is.
    Edit after(Node statement, List<String> lines) {
        int line = source.line(Math.max(statement.start(), statement.end() - 1));
        int cellEnd = endsCell(line);
        if (cellEnd >= 0) {
            var text = lineEnd + indented(lines, indent(statement));
            return insertion(cellEnd, text.substring(0, text.length() - lineEnd.length()));
        }
        if (line < source.lineCount()) {
            return insertion(source.lineStart(line + 1), indented(lines, indent(statement)));
        }
        var text = source.text();
        boolean open = !text.isEmpty() && !text.endsWith("\n") && !text.endsWith("\r");
        return insertion(text.length(), (open ? lineEnd : "") + indented(lines, indent(statement)));
    }

    /// Takes the lines of a statement that stands alone on them away.
    Edit without(Node statement) {
        return gone(firstLine(statement), lastLine(statement));
    }

    /// Takes the lines of a statement away, and where it stands by itself between blank lines, or
    /// at the head of the file, those behind it.
    Edit withoutGroup(Node statement) {
        int first = firstLine(statement);
        int last = lastLine(statement);
        if (first == 1 || blank(first - 1)) {
            while (last < source.lineCount() && endsCell(last) < 0 && blank(last + 1)) {
                last++;
            }
        }
        return gone(first, last);
    }

    private Edit gone(int first, int last) {
        int start = source.lineStart(first);
        int cellEnd = endsCell(last);
        if (cellEnd >= 0) {
            boolean opens = false;
            for (int cell : source.cellStarts()) {
                opens |= cell == start;
            }
            return new Edit(Place.of(source, opens ? start : start - 1, cellEnd), "");
        }
        int end = last < source.lineCount() ? source.lineStart(last + 1) : source.text().length();
        return new Edit(Place.of(source, start, end), "");
    }

    /// The end of the notebook's cell of which this is the last line, before the line end that the
    /// cell itself has not; -1 for any other line.
    private int endsCell(int line) {
        if (!source.isNotebook()) {
            return -1;
        }
        int next = line < source.lineCount() ? source.lineStart(line + 1) : source.text().length();
        if (next == source.text().length()) {
            return next - 1;
        }
        for (int cell : source.cellStarts()) {
            if (cell == next) {
                return next - 1;
            }
        }
        return -1;
    }

    /// Takes whole lines away, and the comment right above them; of the blank lines around them one
    /// run stays.
    Edit without(int firstLine, int lastLine) {
        int first = firstLine - comments(firstLine).size();
        int last = lastLine;
        if (first > 1 && blank(first - 1)) {
            while (last < source.lineCount() && endsCell(last) < 0 && blank(last + 1)) {
                last++;
            }
        }
        return gone(first, last);
    }

    /// The lines of comment right above a line, indented as it is; without their indentation.
    List<String> comments(int line) {
        var found = new ArrayList<String>();
        var indent = leading(source.lineText(line));
        for (int k = line - 1; k >= 1; k--) {
            var text = source.lineText(k);
            if (!text.strip().startsWith("#")
                    || text.startsWith("#!")
                    || !leading(text).equals(indent)) {
                break;
            }
            found.addFirst(text.strip());
        }
        return belonging(found, line);
    }

    /// A comment at the very head of a file belongs to the file.
    private List<String> belonging(List<String> found, int line) {
        return line - found.size() <= 1 ? List.of() : found;
    }

    private static String leading(String text) {
        return text.substring(0, text.length() - text.stripLeading().length());
    }

    boolean blank(int line) {
        return line >= 1 && line <= source.lineCount() && source.lineText(line).isBlank();
    }

    /// Whether nothing stands behind a statement: in its notebook's cell, or in its file.
    boolean isLast(Node statement) {
        int line = lastLine(statement);
        return endsCell(line) >= 0 || line >= source.lineCount();
    }

    /// The line on which a statement begins.
    int firstLine(Node statement) {
        return source.line(statement.start());
    }

    /// The line on which a statement ends.
    int lastLine(Node statement) {
        return source.line(Math.max(statement.start(), statement.end() - 1));
    }

    /// Whether a statement stands on a line.
    boolean covers(Node statement, int line) {
        return firstLine(statement) <= line && line <= lastLine(statement);
    }

    /// Whether nothing but white space and a comment stands beside a statement on its lines.
    boolean alone(Node statement) {
        int first = source.lineStart(source.line(statement.start()));
        int last = source.line(Math.max(statement.start(), statement.end() - 1));
        int end = last < source.lineCount() ? source.lineStart(last + 1) : source.text().length();
        var behind = source.slice(statement.end(), end).strip();
        return source.slice(first, statement.start()).isBlank()
                && (behind.isEmpty() || behind.startsWith("#"));
    }

    Edit replace(Node node, String text) {
        return new Edit(Place.of(source, node), text);
    }

    Edit insertion(int at, String text) {
        return new Edit(Place.of(source, at, at), text);
    }

    private String indented(List<String> lines, String indent) {
        var text = new StringBuilder();
        for (var line : lines) {
            text.append(line.isEmpty() ? "" : indent + line).append(lineEnd);
        }
        return text.toString();
    }
}
