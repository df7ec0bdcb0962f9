package dev.lockstep.cli;

import dev.lockstep.event.AgentSettings;
import dev.lockstep.event.PinSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How the runs of a verification are started.
///
/// @param pins what is pinned in every run
/// @param overlay other content of some files of the project
/// @param mirrored each run in a mirror of the user's folder, not in the folder itself
record Orders(
        ExperimentOptions options,
        List<PinSetting> pins,
        Map<String, byte[]> overlay,
        boolean mirrored) {
    Orders {
        pins = List.copyOf(pins);
        overlay = Map.copyOf(overlay);
    }

    /// A run with these pins alone.
    Session.Order plain() {
        return order(pins);
    }

    /// A run with one more pin.
    Session.Order with(PinSetting more) {
        var all = new ArrayList<>(pins);
        all.add(more);
        return order(all);
    }

    private Session.Order order(List<PinSetting> all) {
        var settings =
                AgentSettings.plain()
                        .withSeed(options.seed)
                        .withStopAfterSteps(options.steps)
                        .withPins(all);
        return new Session.Order(settings, overlay, Map.of(), mirrored, false);
    }
}
