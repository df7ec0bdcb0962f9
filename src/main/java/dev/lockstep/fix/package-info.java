/// Takes causes and findings, gives edits and the patched text.
///
/// Invariant: an edit changes the characters it names and no others; comments, formatting, line
/// ends and the encoding outside it stay to the byte. A fix is *safe* when it cannot change any
/// number of a run that was reproducible already, *unsafe* when it may, and *display* when it is
/// advice with a snippet (see {@link dev.lockstep.check.Fix.Safety}).
@NullMarked
package dev.lockstep.fix;

import org.jspecify.annotations.NullMarked;
