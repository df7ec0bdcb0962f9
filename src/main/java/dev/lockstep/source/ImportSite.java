package dev.lockstep.source;

import java.util.List;

/// One import statement.
///
/// @param modules the project's modules that it runs when they were not imported before, packages
///   before what is in them
/// @param names what it imports, as written: `numpy`, `.data.load`, `torch.*`
/// @param scope the scope that it stands in
public record ImportSite(
        Statement statement, List<PythonModule> modules, List<String> names, Scope scope) {
    public ImportSite {
        modules = List.copyOf(modules);
        names = List.copyOf(names);
    }
}
