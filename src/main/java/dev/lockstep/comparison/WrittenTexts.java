package dev.lockstep.comparison;

import dev.lockstep.event.Event;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Compares what two runs printed and the files they wrote.
final class WrittenTexts {
    private static final Set<String> TEXT_ENDINGS =
            Set.of(
                    "csv", "tsv", "txt", "log", "json", "jsonl", "md", "yaml", "yml", "toml", "out",
                    "html", "xml");

    private final RunTexts reference;
    private final Observations referenceSeen;
    private final RunTexts candidate;
    private final Observations candidateSeen;
    private final boolean anyOrder;
    private final Masking referenceMasking;
    private final Masking candidateMasking;

    WrittenTexts(
            RunTexts reference,
            Observations referenceSeen,
            RunTexts candidate,
            Observations candidateSeen,
            boolean anyOrder) {
        this.reference = reference;
        this.referenceSeen = referenceSeen;
        this.candidate = candidate;
        this.candidateSeen = candidateSeen;
        this.anyOrder = anyOrder;
        this.referenceMasking = new Masking(reference.folders());
        this.candidateMasking = new Masking(candidate.folders());
    }

    /// Compares and adds what differs; whether there was anything to compare.
    ///
    /// @param stopped the runs were ended before their end: a text may be shorter, files unfinished
    boolean compare(
            boolean stopped, List<TextDifference> differences, List<NotCompared> notCompared)
            throws IOException {
        boolean compared = false;
        try (InputStream left = printed(reference);
                InputStream right = printed(candidate)) {
            // Two empty outputs say nothing.
            if (left != null && right != null && (left.available() > 0 || right.available() > 0)) {
                TextDifference difference =
                        Texts.compare(
                                "stdout.log",
                                left,
                                referenceMasking,
                                right,
                                candidateMasking,
                                anyOrder,
                                stopped);
                compared = true;
                if (difference != null) {
                    differences.add(difference);
                }
            }
        }
        Map<String, Event.Write> left = written(referenceSeen, referenceMasking);
        Map<String, Event.Write> right = written(candidateSeen, candidateMasking);
        if (stopped) {
            return compared;
        }
        Map<String, Boolean> checkpoints = checkpoints();
        for (Map.Entry<String, Event.Write> entry : left.entrySet()) {
            Event.Write other = right.remove(entry.getKey());
            if (other == null) {
                differences.add(new TextDifference(entry.getValue().path(), 0, "written", null));
                continue;
            }
            compared = true;
            file(entry.getKey(), entry.getValue(), other, checkpoints, differences, notCompared);
        }
        for (Event.Write write : right.values()) {
            differences.add(new TextDifference(write.path(), 0, null, "written"));
        }
        return compared;
    }

    private static @Nullable InputStream printed(RunTexts texts) throws IOException {
        InputStream in = texts.open("stdout.log");
        if (in == null) {
            return null;
        }
        PushbackInputStream peeked = new PushbackInputStream(in);
        int first = peeked.read();
        if (first >= 0) {
            peeked.unread(first);
        }
        return peeked;
    }

    private void file(
            String key,
            Event.Write left,
            Event.Write right,
            Map<String, Boolean> checkpoints,
            List<TextDifference> differences,
            List<NotCompared> notCompared)
            throws IOException {
        if (left.sha256() == null || right.sha256() == null) {
            notCompared.add(new NotCompared(left.path(), "a written file that was not hashed"));
            return;
        }
        if (left.sha256().equals(right.sha256())) {
            return;
        }
        if (checkpoints.getOrDefault(key, false)) {
            notCompared.add(
                    new NotCompared(
                            "the bytes of " + left.path(),
                            "its tensors agree; the rest of the file (a path or a date) differs"));
            return;
        }
        String ending =
                left.path().substring(left.path().lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (!TEXT_ENDINGS.contains(ending)) {
            differences.add(new TextDifference(left.path(), 0, left.sha256(), right.sha256()));
            return;
        }
        try (InputStream leftText = reference.open(left.path());
                InputStream rightText = candidate.open(right.path())) {
            if (leftText == null || rightText == null) {
                notCompared.add(
                        new NotCompared(
                                "the text of " + left.path(),
                                "its bytes differ and the text was not kept"));
                return;
            }
            TextDifference difference =
                    Texts.compare(
                            left.path(),
                            leftText,
                            referenceMasking,
                            rightText,
                            candidateMasking,
                            anyOrder,
                            false);
            if (difference != null) {
                differences.add(difference);
            }
        }
    }

    /// Files by their path with what differs between any two runs masked. Two of one masked path
    /// are numbered in the order of their paths.
    private static Map<String, Event.Write> written(Observations seen, Masking masking) {
        Map<String, Event.Write> sorted = new TreeMap<>();
        for (Event.Write write : seen.events(Event.Write.class)) {
            sorted.put(write.path(), write);
        }
        Map<String, Event.Write> byKey = new LinkedHashMap<>();
        for (Event.Write write : sorted.values()) {
            String key = masking.mask(write.path());
            String free = key;
            for (int again = 2; byKey.containsKey(free); again++) {
                free = key + " #" + again;
            }
            byKey.put(free, write);
        }
        return byKey;
    }

    /// Which paths hold checkpoints whose last tensors agree.
    private Map<String, Boolean> checkpoints() {
        Map<String, Event.Save> left = saves(referenceSeen, referenceMasking);
        Map<String, Event.Save> right = saves(candidateSeen, candidateMasking);
        Map<String, Boolean> agree = new LinkedHashMap<>();
        for (Map.Entry<String, Event.Save> entry : left.entrySet()) {
            Event.Save other = right.get(entry.getKey());
            agree.put(
                    entry.getKey(),
                    other != null
                            && other.content() != null
                            && other.content().equals(entry.getValue().content()));
        }
        return agree;
    }

    private static Map<String, Event.Save> saves(Observations seen, Masking masking) {
        Map<String, Event.Save> saves = new LinkedHashMap<>();
        for (Event.Save save : seen.events(Event.Save.class)) {
            @Nullable String path = save.path();
            if (path != null) {
                saves.put(masking.mask(path), save);
            }
        }
        return saves;
    }
}
