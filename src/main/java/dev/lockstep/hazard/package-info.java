/// Takes nothing, gives the catalogue: every way in which two runs can come to differ, once.
///
/// Everything else hangs on an entry's id: a rule reads it, the agent sees and pins it, a fix
/// repairs it, and one Markdown page beside these classes (`LSnnn-name.md`) explains it.
///
/// Invariant: an id never changes its meaning and is never used again.
@NullMarked
package dev.lockstep.hazard;

import org.jspecify.annotations.NullMarked;
