package dev.lockstep.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class AgentSettingsTest {
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void whatARunWasToldIsReadAgain() {
        var told =
                AgentSettings.plain()
                        .withSeed(7)
                        .withDetail(new AgentSettings.Detail(1, 2, 3, 4, 5))
                        .withPins(
                                List.of(
                                        new PinSetting("numpy"),
                                        new PinSetting(
                                                "entropy",
                                                Map.of("sites", List.of(List.of("a.py", 3))))));

        assertThat(AgentSettings.of(JSON.readTree(told.toJson("/p", "/p", List.of("a.py")))))
                .isEqualTo(told);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"detail\": {\"gradients_every\": 0, \"parameters_every\": -1}, \"pins\": {}}",
                "{\"detail\": 3, \"seed\": \"x\", \"pins\": [1]}"
            })
    void whatMakesNoSenseIsAsInAnOrdinaryRun(String text) {
        var settings = AgentSettings.of(JSON.readTree(text));

        assertThatCode(() -> settings.detail().gradients(12345)).doesNotThrowAnyException();
        assertThatCode(() -> settings.detail().parameters(12345)).doesNotThrowAnyException();
        assertThat(settings.seed()).isZero();
    }
}
