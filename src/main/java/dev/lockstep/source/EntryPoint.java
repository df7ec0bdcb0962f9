package dev.lockstep.source;

import org.jspecify.annotations.Nullable;

/// A way into a project: a file that is started, or a function that a console script calls.
///
/// @param function the dotted name inside the module, or null when the file itself is run
public record EntryPoint(PythonModule module, @Nullable String function) {}
