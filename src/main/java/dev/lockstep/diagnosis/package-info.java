/// Takes a divergence, gives causes, each proved by probing runs.
///
/// Invariant: nothing is called a cause that no experiment proved; what was not tried is called
/// suspected. The package starts no process and reads no clock: `cli` supplies the {@link
/// dev.lockstep.diagnosis.Laboratory}.
@NullMarked
package dev.lockstep.diagnosis;

import org.jspecify.annotations.NullMarked;
