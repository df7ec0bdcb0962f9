package dev.lockstep.cli;

import dev.lockstep.event.PinSetting;
import java.util.List;
import java.util.Map;

/// Two clocks for a pair of runs, of which one is later and goes faster: numbers that tell the time
/// then differ as the clocks do, and what differs otherwise is a result that depends on the clock.
///
/// A second a reading, so that what is printed with two decimals has digits to compare.
final class Clocks {
    private static final String CLOCK = "clock";
    private static final String STEP = "step";
    private static final int REFERENCE_STEP = 1000;
    private static final int CANDIDATE_STEP = 1500;

    /// 400 days, 7 hours, 13 minutes and 27 seconds: another year, month, day, weekday, hour,
    /// minute and second.
    private static final int LATER = 34_586_007;

    static final PinSetting REFERENCE = new PinSetting(CLOCK, Map.of(STEP, REFERENCE_STEP));

    static final PinSetting CANDIDATE =
            new PinSetting(
                    CLOCK,
                    Map.of(
                            STEP,
                            CANDIDATE_STEP,
                            "later",
                            LATER,
                            "pid",
                            (double) CANDIDATE_STEP / REFERENCE_STEP));

    private Clocks() {}

    /// How much faster the candidate's clock goes.
    static double rate(Session.Order reference, Session.Order candidate) {
        return step(candidate.settings().pins()) / step(reference.settings().pins());
    }

    private static double step(List<PinSetting> pins) {
        return pins.stream()
                .filter(pin -> pin.pin().equals(CLOCK))
                .map(pin -> pin.parameters().get(STEP))
                .filter(Integer.class::isInstance)
                .mapToDouble(step -> (Integer) step)
                .findFirst()
                .orElse(1);
    }
}
