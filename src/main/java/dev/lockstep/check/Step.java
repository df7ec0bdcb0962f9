package dev.lockstep.check;

/// One step on the way from the entry script to a finding.
///
/// @param file path relative to the folder that the check was started in
/// @param line from 1
/// @param what "imports data", "calls split", without a full stop
public record Step(String file, int line, String what) {}
