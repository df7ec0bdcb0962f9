package dev.lockstep.event;

import java.util.LinkedHashMap;
import java.util.Map;

/// One pin as the agent and the launcher are told: its name and what it needs to know.
///
/// @param pin such as `numpy`; the list is in docs/reference/stream.md
/// @param parameters JSON values by name, in a fixed order
public record PinSetting(String pin, Map<String, Object> parameters) {
    public PinSetting {
        parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /// A pin without parameters.
    public PinSetting(String pin) {
        this(pin, Map.of());
    }
}
