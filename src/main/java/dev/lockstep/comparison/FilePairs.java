package dev.lockstep.comparison;

import dev.lockstep.event.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/// Says which file that one run wrote belongs to which of the other's.
///
/// A name can hold the time, a process id or a random word, and then differs between any two runs
/// without being a result. So files belong together by their name with such forms masked, else by
/// their content; what is left was written by one run alone. No likeness of names is enough: the
/// name may be the result.
///
/// A run that draws its own name (`runs/brave-otter-12/`) shows it by files of one content in
/// folders of two names. What else it wrote there belongs together by the rest of the path.
final class FilePairs {
    /// A shorter name may be a count.
    private static final int SHORTEST_NAME = 4;

    /// Two files that belong together.
    ///
    /// @param sameName whether their names agree but for times and process ids
    record Pair(Event.Write reference, Event.Write candidate, boolean sameName) {}

    private final List<Pair> pairs = new ArrayList<>();
    private List<Event.Write> reference;
    private List<Event.Write> candidate;

    /// The names that each run gave its folders, where the other run gave another.
    private final Map<String, String> named;

    /// @param drawn whether the runs drew numbers that nobody seeded, of which a name can be made
    FilePairs(
            List<Event.Write> reference,
            Masking referenceMasking,
            List<Event.Write> candidate,
            Masking candidateMasking,
            boolean drawn) {
        this.reference = byPath(reference);
        this.candidate = byPath(candidate);
        match(
                write -> referenceMasking.mask(write.path()),
                write -> candidateMasking.mask(write.path()),
                true);
        match(FilePairs::content, FilePairs::content, false);
        named = drawn ? folders() : Map.of();
        if (!named.isEmpty()) {
            var ofReference = referenceMasking.naming(named.keySet());
            var ofCandidate = candidateMasking.naming(named.values());
            match(
                    write -> ofReference.mask(write.path()),
                    write -> ofCandidate.mask(write.path()),
                    false);
        }
    }

    /// The names of folders of the reference, each with the candidate's: those under which files of
    /// one content and one name stand, always the same two together.
    private Map<String, String> folders() {
        Map<String, String> there = new TreeMap<>();
        Map<String, String> back = new TreeMap<>();
        Set<String> unclear = new HashSet<>();
        for (Pair pair : pairs) {
            String[] left = pair.reference().path().split("/", -1);
            String[] right = pair.candidate().path().split("/", -1);
            if (left.length != right.length
                    || !left[left.length - 1].equals(right[right.length - 1])) {
                continue;
            }
            for (int i = 0; i < left.length - 1; i++) {
                if (!left[i].equals(right[i])) {
                    String other = there.putIfAbsent(left[i], right[i]);
                    String one = back.putIfAbsent(right[i], left[i]);
                    if (other != null && !other.equals(right[i])
                            || one != null && !one.equals(left[i])
                            || Math.min(left[i].length(), right[i].length()) < SHORTEST_NAME) {
                        unclear.add(left[i]);
                        unclear.add(Objects.requireNonNullElse(one, left[i]));
                    }
                }
            }
        }
        there.keySet().removeAll(unclear);
        return Collections.unmodifiableMap(there);
    }

    /// The folders that have a name of the reference's own, each with the candidate's name.
    Map<String, String> named() {
        return named;
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
