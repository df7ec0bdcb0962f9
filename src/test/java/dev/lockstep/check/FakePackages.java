package dev.lockstep.check;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Installed packages that a test writes down.
final class FakePackages implements PackageFiles {
    private final TreeMap<String, String> files = new TreeMap<>();
    final Map<String, String> answers = new HashMap<>();

    /// The files that were read, in their order.
    final Set<String> read = new java.util.LinkedHashSet<>();

    FakePackages with(String path, String text) {
        files.put(path, text);
        return this;
    }

    @Override
    public Set<String> names() {
        return files.keySet().stream()
                .map(path -> path.replaceFirst("[/.].*", ""))
                .collect(Collectors.toSet());
    }

    @Override
    public SortedSet<String> paths(String name) {
        return files.keySet().stream()
                .filter(path -> path.startsWith(name + "/") || path.equals(name + ".py"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public byte @Nullable [] read(String path) {
        read.add(path);
        String text = files.get(path);
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public @Nullable String remembered(String name, String question) {
        return answers.get(question);
    }

    @Override
    public void remember(String name, String question, String answer) {
        answers.put(question, answer);
    }
}
