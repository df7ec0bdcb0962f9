/// Takes two runs, live or recorded, gives which of their processes belong together and the first
/// event at which they part.
///
/// *Evidence* makes runs part: batches, initial parameters, losses, gradients, parameters, the
/// states of generators that both runs seeded alike, learning rates, checkpoints, the state at
/// exit, traced operations, the number of each of these, and the exit status. *Observations* never
/// do: seed calls, draws from unseeded generators, entropy, listings and the like explain a
/// difference and are kept for the diagnosis. Printed text and written files are *weak* evidence:
/// compared with everything that names a time, a duration, a process or an address masked, and only
/// when nothing else differs.
///
/// Invariant: no fingerprint, no verdict. What was not compared is listed; a run that was cut off
/// is never called identical.
@NullMarked
package dev.lockstep.comparison;

import org.jspecify.annotations.NullMarked;
