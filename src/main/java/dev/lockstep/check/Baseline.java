package dev.lockstep.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Findings that an old project has agreed to live with.
///
/// An entry is a hazard, a file and the text of the line, with how often it occurs: it stays true
/// when lines move, and stops hiding a finding when its line is edited.
public final class Baseline {
    /// What is known, and how often.
    public record Entry(String hazard, String file, String text, int count) {}

    private record Key(String file, String hazard, String text) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byFile = file.compareTo(other.file);
            int byHazard = byFile != 0 ? byFile : hazard.compareTo(other.hazard);
            return byHazard != 0 ? byHazard : text.compareTo(other.text);
        }
    }

    private final TreeMap<Key, Integer> counts = new TreeMap<>();

    private Baseline() {}

    /// Takes findings, gives the baseline that knows exactly them.
    public static Baseline of(List<Finding> findings) {
        var baseline = new Baseline();
        findings.forEach(finding -> baseline.counts.merge(key(finding), 1, Integer::sum));
        return baseline;
    }

    /// Takes entries as they were stored.
    public static Baseline ofEntries(List<Entry> entries) {
        var baseline = new Baseline();
        for (Entry entry : entries) {
            baseline.counts.merge(
                    new Key(entry.file(), entry.hazard(), entry.text()),
                    entry.count(),
                    Integer::sum);
        }
        return baseline;
    }

    /// Gives the entries in the order of files.
    public List<Entry> entries() {
        var entries = new ArrayList<Entry>();
        counts.forEach((key, count) ->
                entries.add(new Entry(key.hazard(), key.file(), key.text(), count)));
        return List.copyOf(entries);
    }

    /// Takes findings in their order, gives those that the baseline does not know. Where a line
    /// occurs more often than it is known, the first occurrences are the known ones.
    public List<Finding> without(List<Finding> findings) {
        Map<Key, Integer> left = new HashMap<>(counts);
        var rest = new ArrayList<Finding>();
        for (Finding finding : findings) {
            Key key = key(finding);
            int known = left.getOrDefault(key, 0);
            if (known > 0) {
                left.put(key, known - 1);
            } else {
                rest.add(finding);
            }
        }
        return List.copyOf(rest);
    }

    private static Key key(Finding finding) {
        return new Key(finding.place().file(), finding.hazard().id(), finding.lineText().strip());
    }
}
