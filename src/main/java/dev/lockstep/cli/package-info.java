/// Takes arguments, environment, clock and terminal, gives exit codes: one class a command.
///
/// Invariant: this is the only package that knows arguments, environment variables, the clock and
/// the terminal.
@NullMarked
package dev.lockstep.cli;

import org.jspecify.annotations.NullMarked;
