package dev.lockstep.comparison;

import dev.lockstep.event.Event;
import dev.lockstep.event.Role;

/// An event that is no evidence but explains evidence, with where in the run it stands.
///
/// @param process the process, in words
/// @param role the process's role
/// @param step how many optimizer steps the process had made
/// @param event what was seen
public record Observed(String process, Role role, long step, Event event) {}
