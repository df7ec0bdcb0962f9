package dev.lockstep.check;

import dev.lockstep.source.EntryPoint;
import dev.lockstep.source.EntryPoints;
import dev.lockstep.source.Project;
import dev.lockstep.source.PythonModule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Takes a project, gives the programs to follow: files with a main guard, `__main__.py`,
/// notebooks, console scripts, and files outside packages that nothing imports. Tests are no
/// programs.
final class ProgramFinder {
    private ProgramFinder() {}

    /// The entry point that a project names: a file, `module`, or `module:function`; null when it
    /// has none of them.
    static @Nullable EntryPoint named(Project project, String name, Set<String> files) {
        int colon = name.indexOf(':');
        String path = colon < 0 ? name : name.substring(0, colon);
        String function = colon < 0 ? null : name.substring(colon + 1);
        if (!path.endsWith(".py") && !path.endsWith(".ipynb")) {
            path = path.replace('.', '/');
            for (String end : List.of(".py", "/__main__.py", "/__init__.py")) {
                for (String file : files) {
                    if (file.equals(path + end) || file.endsWith("/" + path + end)) {
                        PythonModule module = project.module(file);
                        return module == null ? null : new EntryPoint(module, function);
                    }
                }
            }
            return null;
        }
        PythonModule module = project.module(path);
        return module == null ? null : new EntryPoint(module, function);
    }

    /// @param modules those that were read
    static List<EntryPoint> find(
            Project project,
            Collection<PythonModule> modules,
            ImportGraph graph,
            Set<String> files) {
        var sorted = new TreeMap<String, PythonModule>();
        modules.forEach(module -> sorted.put(module.path(), module));
        var entries = new ArrayList<EntryPoint>();
        for (PythonModule module : sorted.values()) {
            String path = module.path();
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (name.equals("hubconf.py") || Asides.isPackaging(path) || ImportGraph.isTest(path)) {
                continue;
            }
            boolean started =
                    path.endsWith(".ipynb")
                            || name.equals("__main__.py")
                            || module.mainGuard() != null;
            if (started || graph.isRoot(path) && !inPackage(path, files)) {
                entries.add(new EntryPoint(module, null));
            }
        }
        entries.addAll(EntryPoints.consoleScripts(project));
        return List.copyOf(entries);
    }

    static boolean inPackage(String path, Set<String> files) {
        int slash = path.lastIndexOf('/');
        return files.contains((slash < 0 ? "" : path.substring(0, slash + 1)) + "__init__.py");
    }
}
