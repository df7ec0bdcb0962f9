package dev.lockstep.cli;

import java.util.regex.Pattern;

/// Takes the Markdown of a hazard's page, gives it as plain text for a terminal.
///
/// It knows what the pages use: headings, paragraphs, lists, fenced code, links, bold. Code is
/// indented and never wrapped; everything else is wrapped at {@link #WIDTH} columns.
final class TerminalMarkdown {
    static final int WIDTH = 88;

    private static final Pattern LINK = Pattern.compile("\\[([^\\]]+)]\\(([^)]+)\\)");
    private static final Pattern BOLD = Pattern.compile("\\*\\*([^*]+)\\*\\*");

    private TerminalMarkdown() {}

    static String render(String markdown) {
        var out = new StringBuilder();
        boolean code = false;
        for (String line : markdown.split("\n", -1)) {
            if (line.startsWith("```")) {
                code = !code;
            } else if (code) {
                out.append(line.isEmpty() ? "" : "    " + line).append('\n');
            } else if (line.startsWith("# ")) {
                out.append(line.substring(2)).append('\n');
            } else if (line.startsWith("## ")) {
                out.append(line.substring(3)).append('\n');
            } else if (line.startsWith("* ")) {
                wrap("  · ", "    ", inline(line.substring(2)), out);
            } else {
                wrap("  ", "  ", inline(line), out);
            }
        }
        return out.toString().stripTrailing() + "\n";
    }

    private static String inline(String text) {
        String linked =
                LINK.matcher(text)
                        .replaceAll(match ->
                                java.util.regex.Matcher.quoteReplacement(
                                        match.group(1) + " <" + match.group(2) + ">"));
        return BOLD.matcher(linked).replaceAll("$1");
    }

    private static void wrap(String first, String rest, String text, StringBuilder out) {
        var line = new StringBuilder(first);
        boolean empty = true;
        for (String word : text.split(" +", -1)) {
            if (!empty && line.length() + 1 + word.length() > WIDTH) {
                out.append(line).append('\n');
                line.setLength(0);
                line.append(rest);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }
}
