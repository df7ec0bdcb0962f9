package dev.lockstep.diagnosis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
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

    /// The same with further places behind its own.
    Suspect at(Collection<Place> more) {
        var all = new LinkedHashSet<>(places);
        all.addAll(more);
        return new Suspect(hazard, pin, List.copyOf(all));
    }

    /// Both as one, with a pin that holds at the lines of both.
    Suspect and(Suspect more) {
        var all = new LinkedHashSet<>(places);
        all.addAll(more.places);
        var sites = new ArrayList<>(pin.sites());
        sites.addAll(more.pin.sites());
        return new Suspect(hazard, new Pin(pin.name(), sites), List.copyOf(all));
    }
}
