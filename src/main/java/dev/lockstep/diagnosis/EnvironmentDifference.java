package dev.lockstep.diagnosis;

/// Something in which the surroundings of two runs differ.
public record EnvironmentDifference(String what, String reference, String candidate) {}
