package dev.lockstep.check;

import dev.lockstep.source.ImportSite;
import dev.lockstep.source.PythonModule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which file of a project imports which.
final class ImportGraph {
    private final Map<String, Set<String>> imports = new TreeMap<>();
    private final Map<String, Set<String>> importers = new HashMap<>();
    private final Map<String, Set<String>> closures = new HashMap<>();
    private final Set<String> entries;

    /// @param modules those that were read
    /// @param entries the files that the project names as its programs; none when it names none
    ImportGraph(Collection<PythonModule> modules, Set<String> entries) {
        this.entries = Set.copyOf(entries);
        for (PythonModule module : modules) {
            String path = module.path();
            var found = new TreeSet<String>();
            for (ImportSite site : module.imports()) {
                found.addAll(site.files());
            }
            found.remove(path);
            imports.put(path, found);
            for (String other : found) {
                importers.computeIfAbsent(other, key -> new TreeSet<>()).add(path);
            }
        }
    }

    /// The file and everything it imports, directly or not.
    Set<String> closure(String path) {
        return closures.computeIfAbsent(path, key -> reach(key, imports));
    }

    /// The programs that a file is part of: files that lead to it and that the project names, or
    /// that nothing imports. When only tests do, the file itself.
    List<String> programs(String path) {
        var roots = new ArrayList<String>();
        for (String file : reach(path, importers)) {
            boolean root =
                    entries.isEmpty() ? isRoot(file) && !isTest(file) : entries.contains(file);
            if (root) {
                roots.add(file);
            }
        }
        return roots.isEmpty() ? List.of(path) : List.copyOf(roots);
    }

    /// Whether no file of the project imports this one.
    boolean isRoot(String path) {
        return importers.getOrDefault(path, Set.of()).isEmpty();
    }

    /// Whether a file holds tests, by its name or folder.
    static boolean isTest(String file) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        return name.startsWith("test_")
                || name.endsWith("_test.py")
                || name.equals("conftest.py")
                || file.contains("/tests/")
                || file.startsWith("tests/");
    }

    private static Set<String> reach(String from, Map<String, Set<String>> edges) {
        var seen = new LinkedHashSet<String>();
        var next = new ArrayDeque<>(List.of(from));
        while (!next.isEmpty()) {
            String at = next.poll();
            if (seen.add(at)) {
                next.addAll(edges.getOrDefault(at, Set.of()));
            }
        }
        return Collections.unmodifiableSet(seen);
    }
}
