package dev.lockstep.comparison;

import dev.lockstep.event.Event;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
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
    private final boolean alone;
    private final FilePairs files;
    private final Masking referenceMasking;
    private final Masking candidateMasking;

    /// @param anyOrder several processes print into one text, so the order of lines says nothing
    /// @param alone no tensor was compared: then standard error, where logs go, is a result too,
    ///   and so is what compiled code wrote
    WrittenTexts(
            RunTexts reference,
            Observations referenceSeen,
            RunTexts candidate,
            Observations candidateSeen,
            boolean anyOrder,
            boolean alone) {
        this.reference = reference;
        this.referenceSeen = referenceSeen;
        this.candidate = candidate;
        this.candidateSeen = candidateSeen;
        this.anyOrder = anyOrder;
        this.alone = alone;
        var ofReference = new Masking(reference.folders(), names(referenceSeen));
        var ofCandidate = new Masking(candidate.folders(), names(candidateSeen));
        this.files =
                new FilePairs(
                        writes(referenceSeen),
                        ofReference,
                        writes(candidateSeen),
                        ofCandidate,
                        !alone && draws(referenceSeen) && draws(candidateSeen));
        this.referenceMasking = ofReference.naming(files.named().keySet());
        this.candidateMasking = ofCandidate.naming(files.named().values());
    }

    /// Whether a line of the user's made a run draw numbers that nobody seeded.
    private static boolean draws(Observations seen) {
        return seen.events(Event.Entropy.class).stream().anyMatch(entropy -> entropy.site() != null)
                || seen.events(Event.Draw.class).stream()
                        .anyMatch(draw -> draw.site() != null && !"import".equals(draw.feeds()));
    }

    /// The random words that a run made and may have given to a run, a folder or a file.
    private static List<String> names(Observations seen) {
        return seen.events(Event.Entropy.class).stream()
                .map(Event.Entropy::value)
                .filter(Objects::nonNull)
                .toList();
    }

    /// Compares and adds what differs; whether there was anything to compare.
    ///
    /// @param stopped the runs were ended before their end: a text may be shorter, files unfinished
    boolean compare(
            boolean stopped, List<TextDifference> differences, List<NotCompared> notCompared)
            throws IOException {
        boolean compared = printed("stdout.log", stopped, differences);
        if (alone) {
            compared |= printed("stderr.log", stopped, differences);
        }
        if (stopped) {
            return compared;
        }
        files.named()
                .forEach((left, right) ->
                        notCompared.add(
                                new NotCompared(
                                        "the name of the folder " + left,
                                        "the other run called it " + right)));
        Map<String, Event.Save> leftSaves = saves(referenceSeen);
        Map<String, Event.Save> rightSaves = saves(candidateSeen);
        for (FilePairs.Pair pair : files.pairs()) {
            compared |= decides(pair.reference()) && decides(pair.candidate());
            if (!pair.sameName() && !named(pair)) {
                notCompared.add(
                        new NotCompared(
                                "the name of " + pair.reference().path(),
                                "the other run wrote " + pair.candidate().path()));
            }
            boolean sameTensors =
                    agree(
                            leftSaves.get(pair.reference().path()),
                            rightSaves.get(pair.candidate().path()));
            file(pair.reference(), pair.candidate(), sameTensors, differences, notCompared);
        }
        for (Event.Write write : files.onlyReference()) {
            if (decides(write)) {
                differences.add(new TextDifference(write.path(), 0, "written", null));
            } else {
                notCompared.add(unseen(write));
            }
        }
        for (Event.Write write : files.onlyCandidate()) {
            if (decides(write)) {
                differences.add(new TextDifference(write.path(), 0, null, "written"));
            } else {
                notCompared.add(unseen(write));
            }
        }
        return compared;
    }

    /// Whether the names of two files differ in those of their folders alone.
    private boolean named(FilePairs.Pair pair) {
        return referenceMasking
                .mask(pair.reference().path())
                .equals(candidateMasking.mask(pair.candidate().path()));
    }

    /// What was written, each file once: what one process found by its time, another may have
    /// written.
    private static List<Event.Write> writes(Observations seen) {
        List<Event.Write> all = seen.events(Event.Write.class);
        Set<String> known =
                all.stream()
                        .filter(write -> !write.unseen())
                        .map(Event.Write::path)
                        .collect(Collectors.toSet());
        return all.stream()
                .filter(write -> !write.unseen() || !known.contains(write.path()))
                .toList();
    }

    /// Whether a file is evidence: compiled code keeps times in files that no pin reaches, so where
    /// tensors agree its files decide nothing.
    private boolean decides(Event.Write write) {
        return alone || !write.unseen();
    }

    private static NotCompared unseen(Event.Write write) {
        return new NotCompared(
                "the bytes of " + write.path(),
                "compiled code wrote it; they differ, which may be a time in it");
    }

    /// Compares what both printed; false when neither printed anything, which says nothing.
    private boolean printed(String name, boolean stopped, List<TextDifference> differences)
            throws IOException {
        try (InputStream left = printed(reference, name);
                InputStream right = printed(candidate, name)) {
            if (left == null || right == null || left.available() == 0 && right.available() == 0) {
                return false;
            }
            TextDifference difference =
                    Texts.compare(
                            name,
                            left,
                            referenceMasking,
                            right,
                            candidateMasking,
                            anyOrder,
                            stopped,
                            candidate.clockRate());
            if (difference != null) {
                differences.add(difference);
            }
            return true;
        }
    }

    private static @Nullable InputStream printed(RunTexts texts, String name) throws IOException {
        InputStream in = texts.open(name);
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
            Event.Write left,
            Event.Write right,
            boolean sameTensors,
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
        if (sameTensors) {
            notCompared.add(
                    new NotCompared(
                            "the bytes of " + left.path(),
                            "its tensors agree; the rest of the file (a path or a date) differs"));
            return;
        }
        if (!decides(left) || !decides(right)) {
            notCompared.add(unseen(left));
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
                            false,
                            candidate.clockRate());
            if (difference != null) {
                differences.add(difference);
            }
        }
    }

    /// Whether both saved the same tensors the last time.
    private static boolean agree(Event.@Nullable Save left, Event.@Nullable Save right) {
        return left != null
                && right != null
                && left.content() != null
                && left.content().equals(right.content());
    }

    /// The last checkpoint written to each path.
    private static Map<String, Event.Save> saves(Observations seen) {
        Map<String, Event.Save> saves = new HashMap<>();
        for (Event.Save save : seen.events(Event.Save.class)) {
            String path = save.path();
            if (path != null) {
                saves.put(path, save);
            }
        }
        return saves;
    }
}
