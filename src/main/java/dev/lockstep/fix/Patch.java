package dev.lockstep.fix;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import dev.lockstep.check.Edit;
import dev.lockstep.source.Parser;
import dev.lockstep.source.Source;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// Takes a file and edits of it, gives its new bytes and the difference as a unified diff.
///
/// @param before the file as it was
/// @param after its text afterwards
public record Patch(Source before, String after) {
    /// Applies edits that do not overlap.
    ///
    /// @throws IllegalArgumentException when two edits overlap, or when the file parsed before and
    ///   does not afterwards
    public static Patch of(Source source, List<Edit> edits) {
        var ordered =
                edits.stream()
                        .sorted(Comparator.comparingInt((Edit edit) -> edit.place().start()))
                        .toList();
        var text = new StringBuilder();
        int at = 0;
        for (var edit : ordered) {
            if (edit.place().start() < at) {
                throw new IllegalArgumentException(
                        "edits overlap in " + edit.place().fileAndLine());
            }
            text.append(source.text(), at, edit.place().start()).append(edit.text());
            at = edit.place().end();
        }
        text.append(source.text(), at, source.text().length());
        var after = text.toString();
        var parser = new Parser();
        if (parser.parse(source).errors().isEmpty()
                && !parser.parse(Source.ofText(source.path(), after)).errors().isEmpty()) {
            throw new IllegalArgumentException(
                    "the edits of " + source.path() + " would not parse");
        }
        return new Patch(source, after);
    }

    /// The file's new bytes, in its own encoding.
    public byte[] bytes() {
        return before.encode(after);
    }

    /// A unified diff with three lines of context; the file's path stands on both sides.
    ///
    /// Line ends are left out of the lines, so that a file with Windows line ends reads like
    /// others.
    public String diff() {
        var old = lines(before.text());
        var diff =
                UnifiedDiffUtils.generateUnifiedDiff(
                        "a/" + before.path(),
                        "b/" + before.path(),
                        old,
                        DiffUtils.diff(old, lines(after)),
                        3);
        return diff.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private static List<String> lines(String text) {
        return text.lines().toList();
    }
}
