package dev.lockstep.fix;

import dev.lockstep.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A seed in a configuration file, YAML or JSON.
///
/// @param keys the names on the way to it, from the top of the file
/// @param start where its value begins
/// @param end where its value ends
/// @param whole whether it is a whole number; else the file says that there is none
record FileSeed(Source file, List<String> keys, int start, int end, boolean whole) {
    private static final Pattern ENTRY =
            Pattern.compile("( *)(- )?[\"']?([\\w.-]+)[\"']?[ \\t]*:(?:[ \\t]+(.*))?");
    private static final Pattern MEMBER =
            Pattern.compile("\"([^\"\\\\]*)\"\\s*:\\s*(null\\b|\\d{1,10}\\b)?");
    private static final Set<String> NONE = Set.of("null", "Null", "NULL", "~");

    FileSeed {
        keys = List.copyOf(keys);
    }

    /// The seeds in a file, in its order. Lists, several documents and what stands on one line in
    /// braces are left out: a place that is not certain is none.
    static List<FileSeed> in(Source file) {
        return file.path().endsWith(".json") ? json(file) : yaml(file);
    }

    private record Level(int indent, String key) {}

    private static List<FileSeed> yaml(Source file) {
        var found = new ArrayList<FileSeed>();
        var around = new ArrayList<Level>();
        int list = Integer.MAX_VALUE;
        for (int line = 1; line <= file.lineCount(); line++) {
            var text = file.lineText(line);
            if (text.isBlank() || text.strip().startsWith("#")) {
                continue;
            }
            int indent = text.length() - text.stripLeading().length();
            if (indent > list) {
                continue;
            }
            list = text.strip().startsWith("- ") ? indent : Integer.MAX_VALUE;
            var entry = ENTRY.matcher(text);
            if (list < Integer.MAX_VALUE || !entry.matches()) {
                continue;
            }
            while (!around.isEmpty() && around.getLast().indent() >= indent) {
                around.removeLast();
            }
            around.add(new Level(indent, entry.group(3)));
            if (SeedValues.isSeed(entry.group(3)) && entry.group(4) != null) {
                var value = entry.group(4).replaceFirst("(^|\\s+)#.*$", "").strip();
                boolean whole = value.matches("\\d{1,10}");
                if (whole || NONE.contains(value)) {
                    int start = file.lineStart(line) + text.indexOf(value, entry.start(4));
                    found.add(
                            new FileSeed(
                                    file,
                                    around.stream().map(Level::key).toList(),
                                    start,
                                    start + value.length(),
                                    whole));
                }
            }
        }
        return found;
    }

    private static List<FileSeed> json(Source file) {
        var found = new ArrayList<FileSeed>();
        var around = new ArrayList<String>();
        var text = file.text();
        String key = "";
        var member = MEMBER.matcher(text);
        for (int at = 0; at < text.length(); at++) {
            switch (text.charAt(at)) {
                case '{', '[' -> around.add(key);
                case '}', ']' -> {
                    if (!around.isEmpty()) {
                        around.removeLast();
                    }
                }
                case '"' -> {
                    member.region(at, text.length());
                    if (member.lookingAt()) {
                        key = member.group(1);
                        seed(file, around, member).ifPresent(found::add);
                        at = member.end() - 1;
                    } else {
                        at = endOfString(text, at);
                    }
                }
                default -> {}
            }
        }
        return found;
    }

    private static java.util.Optional<FileSeed> seed(
            Source file, List<String> around, Matcher member) {
        if (member.group(2) == null || !SeedValues.isSeed(member.group(1)) || around.isEmpty()) {
            return java.util.Optional.empty();
        }
        var keys = new ArrayList<>(around.subList(1, around.size()));
        keys.add(member.group(1));
        return java.util.Optional.of(
                new FileSeed(
                        file,
                        keys,
                        member.start(2),
                        member.end(2),
                        !member.group(2).equals("null")));
    }

    private static int endOfString(String text, int at) {
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != '"') {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        return end;
    }

    /// How code writes the seed of a configuration that a name holds.
    ///
    /// @param attributes whether the keys are attributes of it
    String text(String name, boolean attributes) {
        var text = new StringBuilder(name);
        for (var key : keys) {
            text.append(attributes ? "." + key : "[\"" + key + "\"]");
        }
        return text.toString();
    }
}
