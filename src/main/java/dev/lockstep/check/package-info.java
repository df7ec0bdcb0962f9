/// Takes Python sources, gives findings: where in the text a hazard stands, why it matters there,
/// and the edit that removes it.
///
/// A rule is one class and one line in {@link Rules}. What it knows about other people's packages
/// is a table; the logic over the table is generic.
///
/// Invariant: a finding can be shown to be right from the source alone. What cannot be told is left
/// out, and a file that could not be read is a {@link Problem}, never an empty answer.
@NullMarked
package dev.lockstep.check;

import org.jspecify.annotations.NullMarked;
