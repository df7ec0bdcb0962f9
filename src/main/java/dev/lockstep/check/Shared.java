package dev.lockstep.check;

import dev.lockstep.source.CallSite;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Node;
import dev.lockstep.source.Project;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Symbol;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// What all programs of a project share while they are followed.
final class Shared {
    private final Project project;
    private final Reach reach;
    private final Predicate<PythonModule> imported;
    private final Map<String, Set<String>> methods = new ConcurrentHashMap<>();
    private final Map<Node, Set<GlobalGenerator>> seeds =
            Collections.synchronizedMap(new IdentityHashMap<>());
    private final FirstImport.All imports = new FirstImport.All(this);

    /// @param reach which functions can lead to anything that is looked for
    /// @param imported whether another file of the project imports a module
    Shared(Project project, Reach reach, Predicate<PythonModule> imported) {
        this.imported = imported;
        this.project = project;
        this.reach = reach;
    }

    Project project() {
        return project;
    }

    Reach reach() {
        return reach;
    }

    /// The names of the methods that a module calls, or one that it imports: what its classes may
    /// do with an object that they get.
    Set<String> methodsCalledBy(PythonModule module) {
        Set<String> known = methods.get(module.path());
        if (known == null) {
            known = new HashSet<>();
            methodsOf(module, known);
            for (String file : module.importedFiles()) {
                PythonModule imported = project.module(file);
                if (imported != null) {
                    methodsOf(imported, known);
                }
            }
            methods.put(module.path(), known);
        }
        return known;
    }

    private static void methodsOf(PythonModule module, Set<String> into) {
        for (CallSite site : module.calls()) {
            if (site.call().function() instanceof Expression.Attribute method) {
                into.add(method.name());
            }
        }
    }

    /// The generators that a constructor seeds on every way.
    Set<GlobalGenerator> seedsWhenMade(Symbol.Function init, Knowledge knowledge) {
        return seeds.computeIfAbsent(init.definition(), key -> SeedsWhenMade.by(init, knowledge));
    }

    /// Whether another file of the project imports a module.
    boolean isImported(PythonModule module) {
        return imported.test(module);
    }

    /// What imports do at the start of a program.
    FirstImport.All imports() {
        return imports;
    }
}
