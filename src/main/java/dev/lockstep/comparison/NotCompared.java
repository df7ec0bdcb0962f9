package dev.lockstep.comparison;

/// Something that the verdict says nothing about.
///
/// @param what what it is, with its place where it has one
/// @param why why it was not compared
public record NotCompared(String what, String why) {}
