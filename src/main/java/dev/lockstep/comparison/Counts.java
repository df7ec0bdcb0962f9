package dev.lockstep.comparison;

/// How much was compared and found equal.
///
/// @param processes pairs of processes
/// @param steps optimizer steps, in the process that made the most
/// @param batches batches over all processes
/// @param events events over all processes
/// @param tensors tensors under the fingerprints of these events
public record Counts(long processes, long steps, long batches, long events, long tensors) {}
