package dev.lockstep.check;

import dev.lockstep.source.Project;

/// What all programs of a project share while they are followed.
///
/// @param quiet what was left by imports that did nothing else
/// @param reach which functions can lead to anything that is looked for
record Shared(Project project, QuietImports quiet, Reach reach) {}
