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
/// @param after the file afterwards
/// @param bytes its bytes afterwards, in its own encoding
public record Patch(Source before, Source after, byte[] bytes) {
    /// Lines of context in a diff.
    private static final int CONTEXT = 3;

    /// The difference between a file and other bytes for it.
    public static Patch between(Source before, byte[] bytes) {
        return new Patch(before, Source.of(before.path(), bytes), bytes);
    }

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
        var starts = source.cellStarts();
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
        for (int k = 0; k < starts.length; k++) {
            int start = starts[k];
            for (var edit : ordered) {
                if (edit.place().start() < source.cellStarts()[k]) {
                    start += edit.text().length() - (edit.place().end() - edit.place().start());
                }
            }
            starts[k] = start;
        }
        var patch = between(source, source.encode(text.toString(), starts));
        var parser = new Parser();
        boolean python = source.isNotebook() || source.path().endsWith(".py");
        if (python
                && parser.parse(source).errors().isEmpty()
                && !parser.parse(patch.after()).errors().isEmpty()) {
            throw new IllegalArgumentException(
                    "the edits of " + source.path() + " would not parse");
        }
        return patch;
    }

    /// A unified diff with three lines of context; the file's path stands on both sides, with the
    /// code cell's number behind it in a notebook.
    ///
    /// Line ends are left out of the lines, so that a file with Windows line ends reads like
    /// others.
    public String diff() {
        if (!before.isNotebook()) {
            return diff(before.path(), before.text(), after.text());
        }
        var diff = new StringBuilder();
        int cells = Math.min(before.cellStarts().length, after.cellStarts().length);
        for (int k = 0; k < cells; k++) {
            diff.append(diff(before.path() + "#" + (k + 1), cell(before, k), cell(after, k)));
        }
        return diff.toString();
    }

    private static String cell(Source notebook, int k) {
        var starts = notebook.cellStarts();
        int end = k + 1 < starts.length ? starts[k + 1] : notebook.text().length();
        return notebook.text().substring(starts[k], end);
    }

    private static String diff(String name, String one, String other) {
        var old = one.lines().toList();
        var lines = other.lines().toList();
        var diff =
                UnifiedDiffUtils.generateUnifiedDiff(
                        "a/" + name, "b/" + name, old, DiffUtils.diff(old, lines), CONTEXT);
        return diff.stream().map(line -> line + "\n").collect(Collectors.joining());
    }
}
