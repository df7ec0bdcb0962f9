package dev.lockstep.diagnosis;

import java.util.List;

/// A hazard that the evidence points to, before any experiment.
///
/// @param hazard the catalogue's id
/// @param pin what makes it deterministic for a run
/// @param places where it shows, in the order in which the run came to them; empty when no line is
///   known
public record Suspect(String hazard, Pin pin, List<Place> places) {
    public Suspect {
        places = List.copyOf(places);
    }
}
