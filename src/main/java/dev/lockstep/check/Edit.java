package dev.lockstep.check;

/// One replacement in the text of a file; an empty place is an insertion.
///
/// @param text what stands there afterwards
public record Edit(Place place, String text) {}
