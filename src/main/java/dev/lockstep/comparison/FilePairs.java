package dev.lockstep.comparison;

import dev.lockstep.event.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// Says which file that one run wrote belongs to which of the other's.
///
/// A name can hold the time, a process id or a random word, and then differs between any two runs
/// without being a result. So files belong together by their name with such forms masked, else by
/// their content; what is left was written by one run alone. No likeness of names is enough: the
/// name may be the result.
final class FilePairs {
    /// Two files that belong together.
    ///
    /// @param sameName whether their names agree but for times and process ids
    record Pair(Event.Write reference, Event.Write candidate, boolean sameName) {}

    private final List<Pair> pairs = new ArrayList<>();
    private List<Event.Write> reference;
    private List<Event.Write> candidate;

    FilePairs(
            List<Event.Write> reference,
            Masking referenceMasking,
            List<Event.Write> candidate,
            Masking candidateMasking) {
        this.reference = byPath(reference);
        this.candidate = byPath(candidate);
        match(
                write -> referenceMasking.mask(write.path()),
                write -> candidateMasking.mask(write.path()),
                true);
        match(FilePairs::content, FilePairs::content, false);
    }

    List<Pair> pairs() {
        return pairs;
    }

    List<Event.Write> onlyReference() {
        return reference;
    }

    List<Event.Write> onlyCandidate() {
        return candidate;
    }

    /// Pairs files of the same key, in the order of their paths. An empty key belongs to none.
    private void match(
            Function<Event.Write, String> left,
            Function<Event.Write, String> right,
            boolean sameName) {
        Map<String, ArrayDeque<Event.Write>> waiting = new TreeMap<>();
        for (Event.Write write : candidate) {
            waiting.computeIfAbsent(right.apply(write), _ -> new ArrayDeque<>()).add(write);
        }
        waiting.remove("");
        List<Event.Write> alone = new ArrayList<>();
        for (Event.Write write : reference) {
            ArrayDeque<Event.Write> others = waiting.get(left.apply(write));
            if (others == null || others.isEmpty()) {
                alone.add(write);
            } else {
                Event.Write other = others.remove();
                pairs.add(new Pair(write, other, sameName));
                candidate.remove(other);
            }
        }
        reference = alone;
    }

    private static String content(Event.Write write) {
        String hash = write.sha256();
        return hash == null || Long.valueOf(0).equals(write.bytes()) ? "" : hash;
    }

    /// The last state of each file, in the order of the paths.
    private static List<Event.Write> byPath(List<Event.Write> writes) {
        Map<String, Event.Write> sorted = new TreeMap<>();
        writes.forEach(write -> sorted.put(write.path(), write));
        return new ArrayList<>(sorted.values());
    }
}
