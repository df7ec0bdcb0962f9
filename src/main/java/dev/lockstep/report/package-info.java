/// Takes values of the other packages, gives text, JSON, SARIF and HTML; computes nothing.
///
/// Invariant: the same values give the same bytes, with no clock, locale or terminal looked at.
@NullMarked
package dev.lockstep.report;

import org.jspecify.annotations.NullMarked;
