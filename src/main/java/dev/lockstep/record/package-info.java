/// Takes events and what is known about a run, gives a run on disk, and back.
///
/// A run is the folder `.lockstep/runs/<id>/` that `docs/reference/records.md` specifies, or the
/// same folder packed into one zip file. {@link RunStore} finds runs, {@link RunFolder} writes one,
/// {@link RunRecord} reads one.
///
/// Invariant: a JSON file is replaced as a whole or not at all, a stream is never held in memory,
/// and nothing in a record can name a place outside its folder. The clock is the caller's.
@NullMarked
package dev.lockstep.record;

import org.jspecify.annotations.NullMarked;
