package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.event.PinSetting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LauncherPinsTest {
    private static final Path SCRATCH = Path.of("/scratch");

    @Test
    void theUsersOwnHashSeedStays() {
        var pin = List.of(new PinSetting("hash-seed"));
        assertThat(LauncherPins.variables(pin, Map.of(), 0, SCRATCH))
                .containsEntry("PYTHONHASHSEED", "0");
        assertThat(LauncherPins.variables(pin, Map.of("PYTHONHASHSEED", "random"), 7, SCRATCH))
                .containsEntry("PYTHONHASHSEED", "7");
        assertThat(LauncherPins.variables(pin, Map.of("PYTHONHASHSEED", "3"), 0, SCRATCH))
                .isEmpty();
    }

    @Test
    void pinsOfTheAgentSetNothing() {
        assertThat(LauncherPins.variables(List.of(new PinSetting("numpy")), Map.of(), 0, SCRATCH))
                .isEmpty();
    }

    @Test
    void everyNamedPinSetsSomething() {
        for (var name : LauncherPins.names()) {
            assertThat(LauncherPins.variables(List.of(new PinSetting(name)), Map.of(), 0, SCRATCH))
                    .as(name)
                    .isNotEmpty();
        }
    }
}
