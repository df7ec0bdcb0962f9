package dev.lockstep.check;

import dev.lockstep.source.Project;

/// What all programs of a project share while they are followed.
final class Shared {
    private final Project project;
    private final Reach reach;
    private final FirstImport.All imports = new FirstImport.All(this);

    /// @param reach which functions can lead to anything that is looked for
    Shared(Project project, Reach reach) {
        this.project = project;
        this.reach = reach;
    }

    Project project() {
        return project;
    }

    Reach reach() {
        return reach;
    }

    /// What imports do at the start of a program.
    FirstImport.All imports() {
        return imports;
    }
}
