package dev.lockstep.check;

import dev.lockstep.source.Alias;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Tree;
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
///
/// An absolute import is looked for beside the importing file and in every folder above it, a
/// relative one where its dots lead; what is not found lies outside the project.
final class ImportGraph {
    private final Map<String, Set<String>> imports = new TreeMap<>();
    private final Map<String, Set<String>> importers = new HashMap<>();
    private final Map<String, Set<String>> closures = new HashMap<>();

    /// @param files every path of the project
    /// @param trees those that were read
    ImportGraph(Set<String> files, Collection<Tree> trees) {
        for (Tree tree : trees) {
            String path = tree.source().path();
            var found = new TreeSet<String>();
            tree.walk(node -> {
                switch (node) {
                    case Statement.Import statement -> {
                        for (Alias alias : statement.names()) {
                            absolute(path, alias.name(), files, found);
                        }
                    }
                    case Statement.ImportFrom statement -> from(path, statement, files, found);
                    default -> {}
                }
            });
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

    /// The programs that a file is part of: files that lead to it and that nothing imports. When
    /// only tests do, the file itself.
    List<String> programs(String path) {
        var roots = new ArrayList<String>();
        for (String file : reach(path, importers)) {
            if (importers.getOrDefault(file, Set.of()).isEmpty() && !isTest(file)) {
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

    private static void from(
            String path, Statement.ImportFrom statement, Set<String> files, Set<String> found) {
        String module = statement.module() == null ? "" : statement.module();
        if (statement.level() == 0) {
            absolute(path, module, files, found);
            for (Alias alias : statement.names()) {
                absolute(path, module + "." + alias.name(), files, found);
            }
            return;
        }
        String folder = folder(path);
        for (int i = 1; i < statement.level(); i++) {
            folder = folder(folder);
        }
        String base = module.isEmpty() ? folder : join(folder, module.replace('.', '/'));
        module(base, files, found);
        for (Alias alias : statement.names()) {
            module(join(base, alias.name()), files, found);
        }
    }

    private static void absolute(String path, String dotted, Set<String> files, Set<String> found) {
        String relative = dotted.replace('.', '/');
        String folder = folder(path);
        while (true) {
            if (module(join(folder, relative), files, found)) {
                return;
            }
            if (folder.isEmpty() || folder.equals("/")) {
                return;
            }
            folder = folder(folder);
        }
    }

    private static boolean module(String base, Set<String> files, Set<String> found) {
        for (String candidate : List.of(base + ".py", join(base, "__init__.py"))) {
            if (files.contains(candidate)) {
                found.add(candidate);
                return true;
            }
        }
        return false;
    }

    private static String folder(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    private static String join(String folder, String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }
}
