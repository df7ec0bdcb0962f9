package dev.lockstep.source;

import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The text of one Python file or notebook, and the map from its offsets to lines and columns.
///
/// Line ends stay as they are in the file (`\n`, `\r\n` and `\r` all end a line, a form feed does
/// not), so that an edit at an offset is an edit of the file. A byte-order mark is not part of the
/// text; {@link #encode} puts it back.
public final class Source {
    private final String path;
    private final String text;
    private final Charset charset;
    private final boolean mark;
    private final List<SyntaxError> problems;
    private final int @Nullable [] cells;
    private final byte @Nullable [] notebook;
    private int @Nullable [] lineStarts;

    Source(
            String path,
            String text,
            Charset charset,
            boolean mark,
            List<SyntaxError> problems,
            int @Nullable [] cells) {
        this(path, text, charset, mark, problems, cells, null);
    }

    /// @param notebook the bytes that the cells were read from
    Source(
            String path,
            String text,
            Charset charset,
            boolean mark,
            List<SyntaxError> problems,
            int @Nullable [] cells,
            byte @Nullable [] notebook) {
        this.path = path;
        this.text = text;
        this.charset = charset;
        this.mark = mark;
        this.problems = List.copyOf(problems);
        this.cells = cells;
        this.notebook = notebook;
    }

    /// Takes a file's name and bytes, gives its text; a name that ends in `.ipynb` is a notebook.
    ///
    /// Never fails: bytes that cannot be decoded are replaced and named in {@link #problems}.
    public static Source of(String path, byte[] bytes) {
        return path.endsWith(".ipynb") ? Notebook.read(path, bytes) : Decoder.decode(path, bytes);
    }

    /// Takes text that is decoded already.
    public static Source ofText(String path, String text) {
        return new Source(
                path, text, java.nio.charset.StandardCharsets.UTF_8, false, List.of(), null);
    }

    public String path() {
        return path;
    }

    public String text() {
        return text;
    }

    /// The encoding that the file declares, UTF-8 where it declares none.
    public Charset charset() {
        return charset;
    }

    /// What was wrong with the bytes; empty when the text stands for them exactly.
    public List<SyntaxError> problems() {
        return problems;
    }

    public boolean isNotebook() {
        return cells != null;
    }

    /// Gives the bytes of `changed` in the file's own encoding, with the mark the file had; of no
    /// use for a notebook.
    public byte[] encode(String changed) {
        return encode(changed, new int[0]);
    }

    /// Gives the bytes of `changed` in the file's own encoding, with the mark the file had.
    ///
    /// @param starts where each code cell of a notebook starts in `changed`; of no interest else
    public byte[] encode(String changed, int[] starts) {
        if (notebook != null) {
            return Notebook.write(notebook, changed, starts);
        }
        return (mark ? "\uFEFF" + changed : changed).getBytes(charset);
    }

    /// The characters from `start` up to `end`.
    public String slice(int start, int end) {
        return text.substring(start, end);
    }

    public String slice(Node node) {
        return text.substring(node.start(), node.end());
    }

    /// The line of an offset in the whole text, from 1.
    public int line(int offset) {
        int found = Arrays.binarySearch(starts(), offset);
        return found >= 0 ? found + 1 : -found - 1;
    }

    public int lineCount() {
        return starts().length;
    }

    /// The offset at which a line (from 1) of the whole text starts.
    public int lineStart(int line) {
        return starts()[line - 1];
    }

    /// The text of a line (from 1) without its line end.
    public String lineText(int line) {
        int start = lineStart(line);
        int end = line < lineCount() ? lineStart(line + 1) : text.length();
        while (end > start && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return text.substring(start, end);
    }

    /// The column of an offset, from 1, in code points.
    public int column(int offset) {
        return text.codePointCount(lineStart(line(offset)), offset) + 1;
    }

    /// The column of an offset as CPython's `col_offset` counts it: from 0, in bytes of UTF-8.
    public int utf8Column(int offset) {
        int bytes = 0;
        for (int i = lineStart(line(offset)); i < offset; i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }

    /// The cell, line and column of an offset as a person counts them.
    public Position position(int offset) {
        int line = line(offset);
        int column = text.codePointCount(lineStart(line), offset) + 1;
        int cell = cell(offset);
        return cell == 0
                ? new Position(0, line, column)
                : new Position(cell, line - line(cellStart(cell)) + 1, column);
    }

    /// The notebook's code cell that an offset lies in, from 1; 0 in a plain file.
    public int cell(int offset) {
        if (cells == null || cells.length == 0) {
            return 0;
        }
        int found = Arrays.binarySearch(cells, offset);
        return found >= 0 ? found + 1 : Math.max(1, -found - 1);
    }

    private int cellStart(int cell) {
        return cells == null ? 0 : cells[cell - 1];
    }

    /// The offset at which each code cell starts; empty in a plain file.
    public int[] cellStarts() {
        return cells == null ? new int[0] : cells.clone();
    }

    private int[] starts() {
        int[] known = lineStarts;
        if (known == null) {
            known = findLineStarts(text);
            lineStarts = known;
        }
        return known;
    }

    private static int[] findLineStarts(String text) {
        int[] starts = new int[Math.max(16, text.length() / 24)];
        int count = 1;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r') {
                if (c == '\r' && i + 1 < length && text.charAt(i + 1) == '\n') {
                    i++;
                }
                if (count == starts.length) {
                    starts = Arrays.copyOf(starts, count * 2);
                }
                starts[count++] = i + 1;
            }
        }
        return Arrays.copyOf(starts, count);
    }

    @Override
    public String toString() {
        return path;
    }
}
