package dev.lockstep.check;

import dev.lockstep.source.Project;
import dev.lockstep.source.PythonModule;
import java.util.function.Predicate;

/// What all programs of a project share while they are followed.
final class Shared {
    private final Project project;
    private final Reach reach;
    private final Predicate<PythonModule> used;
    private final FirstImport.All imports = new FirstImport.All(this);

    /// @param reach which functions can lead to anything that is looked for
    /// @param used whether other code of the project imports a module
    Shared(Project project, Reach reach, Predicate<PythonModule> used) {
        this.project = project;
        this.reach = reach;
        this.used = used;
    }

    Project project() {
        return project;
    }

    Reach reach() {
        return reach;
    }

    /// Whether other code of the project imports a module, tests left out.
    boolean isUsed(PythonModule module) {
        return used.test(module);
    }

    /// What imports do at the start of a program.
    FirstImport.All imports() {
        return imports;
    }
}
