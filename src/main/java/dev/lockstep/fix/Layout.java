package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.check.Place;
import dev.lockstep.source.Node;
import dev.lockstep.source.Source;
import java.util.List;

/// A file's own way of writing lines: its line ends and the indentation at a place.
final class Layout {
    private final Source source;
    private final String lineEnd;

    Layout(Source source) {
        this.source = source;
        this.lineEnd = lineEnd(source.text());
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
        if (line < source.lineCount()) {
            return insertion(source.lineStart(line + 1), indented(lines, indent(statement)));
        }
        var text = source.text();
        boolean open = !text.isEmpty() && !text.endsWith("\n") && !text.endsWith("\r");
        return insertion(text.length(), (open ? lineEnd : "") + indented(lines, indent(statement)));
    }

    /// Takes the lines of a statement that stands alone on them away.
    Edit without(Node statement) {
        int first = source.line(statement.start());
        int last = source.line(Math.max(statement.start(), statement.end() - 1));
        int end = last < source.lineCount() ? source.lineStart(last + 1) : source.text().length();
        return new Edit(Place.of(source, source.lineStart(first), end), "");
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
