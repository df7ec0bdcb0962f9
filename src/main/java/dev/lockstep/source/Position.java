package dev.lockstep.source;

/// Where an offset lies, as a person counts.
///
/// @param cell the notebook's code cell, from 1; 0 in a plain file
/// @param line from 1, inside the cell when there is one
/// @param column from 1, in code points (a character outside the basic plane is one column)
public record Position(int cell, int line, int column) {}
