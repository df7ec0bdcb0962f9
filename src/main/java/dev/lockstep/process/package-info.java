/// Takes an experiment, a Python and what the agent is told, gives a running process tree whose
/// streams grow in a run folder, and ends it cleanly.
///
/// Invariants: no child outlives its run, whatever ends first, the experiment or Lockstep; a run in
/// a {@link dev.lockstep.process.Workspace} leaves the user's folder as it was; what a run may read
/// is the same for reference and candidate.
@NullMarked
package dev.lockstep.process;

import org.jspecify.annotations.NullMarked;
