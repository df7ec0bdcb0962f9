package dev.lockstep.source;

import java.util.ArrayList;
import java.util.List;

/// One import statement.
///
/// @param names what it imports, as written: `numpy`, `.data.load`, `torch.*`
/// @param scope the scope that it stands in
public record ImportSite(
        PythonModule module, Statement statement, List<String> names, Scope scope) {
    public ImportSite {
        names = List.copyOf(names);
    }

    /// The project's files that it may run; none is read for it.
    public List<String> files() {
        var files = new ArrayList<String>();
        Project project = module.project();
        switch (statement) {
            case Statement.Import i ->
                    i.names().forEach(a -> files.addAll(project.filesOf(module, a.name(), 0)));
            case Statement.ImportFrom f -> {
                String from = f.module() == null ? "" : f.module();
                files.addAll(project.filesOf(module, from, f.level()));
                String folder = project.folderOf(module, from, f.level());
                if (folder != null) {
                    for (Alias alias : f.names()) {
                        String file = project.fileIn(folder, alias.name());
                        if (file != null) {
                            files.add(file);
                        }
                    }
                }
            }
            default -> {}
        }
        return List.copyOf(files);
    }

    /// The project's modules that it runs when they were not imported before, packages before what
    /// is in them.
    public List<PythonModule> modules() {
        var modules = new ArrayList<PythonModule>();
        switch (statement) {
            case Statement.Import i -> {
                for (Alias alias : i.names()) {
                    add(modules, alias.name(), 0);
                }
            }
            case Statement.ImportFrom f -> {
                String from = f.module();
                add(modules, from == null ? "" : from, f.level());
                for (Alias alias : f.names()) {
                    if (!alias.name().equals("*")) {
                        add(modules, (from == null ? "" : from + ".") + alias.name(), f.level());
                    }
                }
            }
            default -> {}
        }
        return List.copyOf(modules);
    }

    private void add(List<PythonModule> modules, String dotted, int level) {
        for (PythonModule next : module.project().importedBy(module, dotted, level)) {
            if (!modules.contains(next)) {
                modules.add(next);
            }
        }
    }
}
