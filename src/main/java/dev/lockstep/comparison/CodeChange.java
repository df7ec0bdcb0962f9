package dev.lockstep.comparison;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import dev.lockstep.record.RunRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// How one file of the project differs between two runs that executed it.
///
/// @param file relative to the project
/// @param diff a unified diff with three lines of context
public record CodeChange(String file, String diff) {
    /// Longer files are said to differ, without a diff.
    private static final int LONGEST = 20_000;

    /// Gives the files that both records hold and that differ, and those that one alone holds when
    /// the other run went on to its own end.
    public static List<CodeChange> between(RunRecord reference, RunRecord candidate)
            throws IOException {
        var left = reference.code();
        var right = candidate.code();
        List<CodeChange> changes = new ArrayList<>();
        if (left.isEmpty() || right.isEmpty()) {
            return changes;
        }
        Set<String> files = new TreeSet<>(left.keySet());
        files.addAll(right.keySet());
        for (String file : files) {
            Path one = left.get(file);
            Path two = right.get(file);
            if (one == null ? !whole(reference) : two == null && !whole(candidate)) {
                continue;
            }
            byte[] old = one == null ? new byte[0] : RunRecord.content(one);
            byte[] now = two == null ? new byte[0] : RunRecord.content(two);
            if (!Arrays.equals(old, now)) {
                changes.add(
                        new CodeChange(
                                file,
                                diff(
                                        one == null ? "/dev/null" : "a/" + file,
                                        two == null ? "/dev/null" : "b/" + file,
                                        lines(old),
                                        lines(now))));
            }
        }
        return changes;
    }

    private static boolean whole(RunRecord run) {
        return run.manifest().ended() != null && run.manifest().stopped() == null;
    }

    private static List<String> lines(byte[] content) {
        return new String(content, StandardCharsets.UTF_8).lines().toList();
    }

    private static String diff(String from, String to, List<String> old, List<String> now) {
        if (old.size() > LONGEST || now.size() > LONGEST) {
            return "--- " + from + "\n+++ " + to + "\n";
        }
        return UnifiedDiffUtils.generateUnifiedDiff(from, to, old, DiffUtils.diff(old, now), 3)
                .stream()
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }
}
