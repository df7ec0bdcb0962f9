package dev.lockstep.source;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/// Finds where the sources of a notebook's code cells stand in its text.
final class NotebookCells {
    private final String raw;
    private final JsonParser json;
    private final List<Cell> cells = new ArrayList<>();

    /// One string of the JSON text.
    ///
    /// @param start where its first quote stands
    /// @param end behind its last quote
    private record Word(int start, int end, String value) {}

    /// The source of one code cell: one string, or an array of lines.
    record Cell(boolean array, List<Word> words, int start, int end) {
        Cell {
            words = List.copyOf(words);
        }

        String text() {
            var text = new StringBuilder();
            words.forEach(word -> text.append(word.value()));
            return text.toString();
        }

        /// The JSON text of this source with another content.
        String with(String wanted, String raw) {
            boolean ascii = raw.chars().allMatch(c -> c < 128);
            if (!array) {
                return changed(words.getFirst(), wanted, raw, ascii);
            }
            var lines = lines(wanted);
            int same = 0;
            while (same < words.size()
                    && same < lines.size()
                    && words.get(same).value().equals(lines.get(same))) {
                same++;
            }
            int tail = 0;
            while (tail < words.size() - same
                    && tail < lines.size() - same
                    && words.get(words.size() - 1 - tail)
                            .value()
                            .equals(lines.get(lines.size() - 1 - tail))) {
                tail++;
            }
            var texts = new ArrayList<String>();
            for (int k = 0; k < lines.size(); k++) {
                if (k < same) {
                    texts.add(raw.substring(words.get(k).start(), words.get(k).end()));
                } else if (k >= lines.size() - tail) {
                    var word = words.get(words.size() - (lines.size() - k));
                    texts.add(raw.substring(word.start(), word.end()));
                } else {
                    texts.add("\"" + escaped(lines.get(k), ascii) + "\"");
                }
            }
            var head = words.isEmpty() ? "[" : raw.substring(start, words.getFirst().start());
            var foot = words.isEmpty() ? "]" : raw.substring(words.getLast().end(), end);
            return head + String.join(between(raw), texts) + foot;
        }

        /// What stands between two lines of the array.
        private String between(String raw) {
            if (words.size() > 1) {
                return raw.substring(words.get(0).end(), words.get(1).start());
            }
            return words.isEmpty()
                    ? ", "
                    : "," + raw.substring(start + 1, words.getFirst().start());
        }

        private static List<String> lines(String text) {
            var lines = new ArrayList<String>();
            int from = 0;
            for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
                lines.add(text.substring(from, at + 1));
                from = at + 1;
            }
            if (from < text.length()) {
                lines.add(text.substring(from));
            }
            return lines;
        }

        /// A string with another value: what both begin and end with stays as it is written.
        private static String changed(Word word, String wanted, String raw, boolean ascii) {
            var value = word.value();
            int same = 0;
            int most = Math.min(value.length(), wanted.length());
            while (same < most && value.charAt(same) == wanted.charAt(same)) {
                same++;
            }
            int tail = 0;
            while (tail < most - same
                    && value.charAt(value.length() - 1 - tail)
                            == wanted.charAt(wanted.length() - 1 - tail)) {
                tail++;
            }
            var places = places(word, raw);
            return raw.substring(word.start(), places[same])
                    + escaped(wanted.substring(same, wanted.length() - tail), ascii)
                    + raw.substring(places[value.length() - tail], word.end());
        }

        /// Where each character of a string's value is written, and where its closing quote is.
        private static int[] places(Word word, String raw) {
            var places = new int[word.value().length() + 1];
            int at = word.start() + 1;
            for (int k = 0; k < places.length; k++) {
                places[k] = at;
                at += raw.charAt(at) != '\\' ? 1 : raw.charAt(at + 1) == 'u' ? 6 : 2;
            }
            return places;
        }

        private static String escaped(String text, boolean ascii) {
            var out = new StringBuilder();
            for (int k = 0; k < text.length(); k++) {
                char c = text.charAt(k);
                switch (c) {
                    case '"' -> out.append("\\\"");
                    case '\\' -> out.append("\\\\");
                    case '\n' -> out.append("\\n");
                    case '\r' -> out.append("\\r");
                    case '\t' -> out.append("\\t");
                    default -> {
                        if (c < 0x20 || ascii && c > 126) {
                            out.append("\\u");
                            var digits = Integer.toHexString(c);
                            out.append("0".repeat(4 - digits.length())).append(digits);
                        } else {
                            out.append(c);
                        }
                    }
                }
            }
            return out.toString();
        }
    }

    NotebookCells(String raw) {
        this.raw = raw;
        this.json = new JsonMapper().createParser(raw);
    }

    /// The code cells' sources, in the order of the file.
    List<Cell> read() {
        json.nextToken();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            var name = json.currentName();
            json.nextToken();
            if (name.equals("cells") && json.currentToken() == JsonToken.START_ARRAY) {
                while (json.nextToken() == JsonToken.START_OBJECT) {
                    cell();
                }
            } else {
                json.skipChildren();
            }
        }
        json.close();
        return cells;
    }

    private void cell() {
        boolean code = false;
        Cell source = null;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            var name = json.currentName();
            json.nextToken();
            if (name.equals("cell_type")) {
                code = "code".equals(json.getString());
            } else if (name.equals("source") && json.currentToken() == JsonToken.START_ARRAY) {
                int start = offset();
                var words = new ArrayList<Word>();
                while (json.nextToken() == JsonToken.VALUE_STRING) {
                    words.add(word());
                }
                source = new Cell(true, words, start, offset() + 1);
            } else if (name.equals("source") && json.currentToken() == JsonToken.VALUE_STRING) {
                var word = word();
                source = new Cell(false, List.of(word), word.start(), word.end());
            } else {
                json.skipChildren();
            }
        }
        if (code) {
            cells.add(source == null ? new Cell(true, List.of(), 0, 0) : source);
        }
    }

    private Word word() {
        int start = offset();
        var value = json.getString();
        int end = start + 1;
        while (raw.charAt(end) != '"') {
            end += raw.charAt(end) == '\\' ? 2 : 1;
        }
        return new Word(start, end + 1, value);
    }

    private int offset() {
        return (int) json.currentTokenLocation().getCharOffset();
    }
}
