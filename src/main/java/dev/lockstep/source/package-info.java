/// Takes the bytes of Python files, gives syntax trees with exact positions and resolved names.
///
/// Invariant: nothing here touches a file, knows a rule or runs Python. Every offset counts UTF-16
/// units of the decoded text, from 0; {@link dev.lockstep.source.Source} turns an offset into lines
/// and columns. A file that is not valid Python still gives a tree: the statement that could not be
/// read is an `Invalid` node with one {@link dev.lockstep.source.SyntaxError}, and what stands
/// around it is read as if it were not there.
@NullMarked
package dev.lockstep.source;

import org.jspecify.annotations.NullMarked;
