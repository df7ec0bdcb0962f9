package dev.lockstep.check;

import dev.lockstep.source.PythonModule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Which file of a project imports which.
final class ImportGraph {
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> paths = new ArrayList<>();
    private final List<int[]> imports = new ArrayList<>();
    private final BitSet imported = new BitSet();
    private final Map<String, List<String>> programs = new HashMap<>();
    private final Map<String, List<String>> closures = new HashMap<>();

    /// @param modules those that were read
    /// @param entries the files that the project names as its programs; none when it names none
    ImportGraph(Collection<PythonModule> modules, Set<String> entries) {
        for (PythonModule module : modules) {
            numbers.put(module.path(), paths.size());
            paths.add(module.path());
        }
        for (PythonModule module : modules) {
            Integer own = numbers.get(module.path());
            var found = new TreeSet<Integer>();
            for (String file : module.importedFiles()) {
                Integer other = numbers.get(file);
                if (other != null && !other.equals(own)) {
                    found.add(other);
                    imported.set(other);
                }
            }
            imports.add(found.stream().mapToInt(Integer::intValue).toArray());
        }
        for (String path : paths) {
            boolean root =
                    entries.isEmpty() ? isRoot(path) && !isTest(path) : entries.contains(path);
            if (root) {
                closure(path)
                        .forEach(file ->
                                programs.computeIfAbsent(file, key -> new ArrayList<>(1))
                                        .add(path));
            }
        }
    }

    /// The file and everything it imports, directly or not.
    List<String> closure(String path) {
        List<String> known = closures.get(path);
        if (known == null) {
            known = reach(path);
            closures.put(path, known);
        }
        return known;
    }

    /// The programs that a file is part of: files that lead to it and that the project names, or
    /// that nothing imports. When only tests do, the file itself.
    List<String> programs(String path) {
        return programs.getOrDefault(path, List.of(path));
    }

    /// Whether no file of the project imports this one.
    boolean isRoot(String path) {
        Integer number = numbers.get(path);
        return number == null || !imported.get(number);
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

    private List<String> reach(String from) {
        Integer start = numbers.get(from);
        if (start == null) {
            return List.of(from);
        }
        var seen = new BitSet();
        var next = new ArrayDeque<Integer>();
        seen.set(start);
        next.add(start);
        while (!next.isEmpty()) {
            for (int other : imports.get(next.poll())) {
                if (!seen.get(other)) {
                    seen.set(other);
                    next.add(other);
                }
            }
        }
        return seen.stream().mapToObj(paths::get).toList();
    }
}
