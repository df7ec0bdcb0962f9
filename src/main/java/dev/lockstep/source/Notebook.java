package dev.lockstep.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Takes the bytes of a Jupyter notebook, gives its code cells one after the other as one text.
///
/// Each cell starts on a line of its own. Lines of magic (`%`, `!`, `?`) stay in the text and are
/// skipped when it is read; a cell that starts with `%%` and is no Python is taken as empty.
final class Notebook {
    private static final List<String> PYTHON_CELL_MAGICS =
            List.of("%%time", "%%timeit", "%%capture", "%%prun", "%%python", "%%python3");

    private Notebook() {}

    static Source read(String path, byte[] bytes) {
        JsonNode root;
        try {
            root = new JsonMapper().readTree(bytes);
        } catch (JacksonException e) {
            return new Source(
                    path,
                    "",
                    UTF_8,
                    false,
                    List.of(new SyntaxError(0, 0, "the notebook is not valid JSON")),
                    new int[0]);
        }
        var text = new StringBuilder();
        var starts = new ArrayList<Integer>();
        addCells(root.path("cells"), "source", text, starts);
        for (JsonNode sheet : root.path("worksheets")) {
            addCells(sheet.path("cells"), "input", text, starts);
        }
        return new Source(
                path,
                text.toString(),
                UTF_8,
                false,
                List.of(),
                starts.stream().mapToInt(Integer::intValue).toArray(),
                bytes.clone());
    }

    /// Gives the bytes of a notebook whose code cells have other texts.
    ///
    /// All that did not change stays as it is to the byte: the order of the keys, the indentation,
    /// the outputs, the lines of a cell that stay. A cell whose lines are an array keeps an array.
    ///
    /// @param text the cells' texts one after the other, each with a line end behind it
    /// @param starts where each cell starts in it
    static byte[] write(byte[] bytes, String text, int[] starts) {
        var raw = new String(bytes, UTF_8);
        var cells = new NotebookCells(raw).read();
        if (cells.size() != starts.length) {
            throw new IllegalArgumentException("the notebook's format is too old to be edited");
        }
        var out = new StringBuilder();
        int at = 0;
        for (int k = 0; k < starts.length; k++) {
            int end = k + 1 < starts.length ? starts[k + 1] : text.length();
            var wanted = text.substring(starts[k], end - 1);
            var cell = cells.get(k);
            if (!isPython(new StringBuilder(cell.text())) || wanted.equals(cell.text())) {
                continue;
            }
            out.append(raw, at, cell.start()).append(cell.with(wanted, raw));
            at = cell.end();
        }
        return out.append(raw, at, raw.length()).toString().getBytes(UTF_8);
    }

    private static void addCells(
            JsonNode cells, String key, StringBuilder text, List<Integer> starts) {
        for (JsonNode cell : cells) {
            if (!"code".equals(cell.path("cell_type").asString(""))) {
                continue;
            }
            starts.add(text.length());
            var content = new StringBuilder();
            JsonNode source = cell.path(key);
            if (source.isArray()) {
                for (JsonNode line : source) {
                    content.append(line.asString(""));
                }
            } else {
                content.append(source.asString(""));
            }
            text.append(isPython(content) ? content : "\n".repeat(lineEnds(content)));
            text.append('\n');
        }
    }

    private static long count(CharSequence text, char wanted) {
        return text.chars().filter(c -> c == wanted).count();
    }

    private static int lineEnds(CharSequence text) {
        return (int) count(text, '\n');
    }

    private static boolean isPython(StringBuilder content) {
        int first = 0;
        while (first < content.length() && Character.isWhitespace(content.charAt(first))) {
            first++;
        }
        if (!content.substring(first).startsWith("%%")) {
            return true;
        }
        int end = first;
        while (end < content.length() && !Character.isWhitespace(content.charAt(end))) {
            end++;
        }
        return PYTHON_CELL_MAGICS.contains(content.substring(first, end));
    }
}
