package dev.lockstep.diagnosis;

import java.util.Collection;
import java.util.List;

/// What is done to a run so that it may agree with another: it is pinned, or what differs from a
/// record is taken back.
///
/// The search is the same for both. They differ in what is tried, in which order, and in words.
sealed interface Intervention {
    /// What is tried, stage by stage.
    List<Stage> stages();

    /// Whether what runs show says what more to try.
    boolean followsEvidence();

    /// In the order in which they are left out.
    List<Pin> inOrder(Collection<Pin> pins);

    /// Why something that was left out is ruled out.
    String agreesWithout();

    /// Why something was not left out.
    String noTimeWithout(Pin pin);

    /// What became of a run in which something was left out.
    String failedWithout(Pin pin);

    /// What becomes of each run with this.
    String failsWith(Pin pin);

    /// What was done in a number of tries when nothing was done.
    String nothingDone();

    /// Equal launches, of which the evidence says what to pin.
    record Pinning() implements Intervention {
        @Override
        public List<Stage> stages() {
            return List.of(Stage.values());
        }

        @Override
        public boolean followsEvidence() {
            return true;
        }

        @Override
        public List<Pin> inOrder(Collection<Pin> pins) {
            return Pins.inOrder(pins);
        }

        @Override
        public String agreesWithout() {
            return "agrees without its pin";
        }

        @Override
        public String noTimeWithout(Pin pin) {
            return "no time was left to run without its pin";
        }

        @Override
        public String failedWithout(Pin pin) {
            return "the script failed without its pin";
        }

        @Override
        public String failsWith(Pin pin) {
            return "the script fails under the pin " + pin.text();
        }

        @Override
        public String nothingDone() {
            return "with nothing changed between them; no pin could be tied to it.";
        }
    }

    /// A run and its record, between which it is known what differs.
    ///
    /// @param changes what takes each difference back, the likeliest cause first
    record TakingBack(List<Pin> changes) implements Intervention {
        public TakingBack {
            changes = List.copyOf(changes);
        }

        @Override
        public List<Stage> stages() {
            return List.of(Stage.EVIDENCE);
        }

        @Override
        public boolean followsEvidence() {
            return false;
        }

        @Override
        public List<Pin> inOrder(Collection<Pin> pins) {
            return changes.reversed().stream().filter(pins::contains).toList();
        }

        @Override
        public String agreesWithout() {
            return "agrees with it as it is now";
        }

        @Override
        public String noTimeWithout(Pin pin) {
            return "no time was left to run with everything but the " + pin.text();
        }

        @Override
        public String failedWithout(Pin pin) {
            return "the script failed without the " + pin.text();
        }

        @Override
        public String failsWith(Pin pin) {
            return "the run cannot be made with the " + pin.text();
        }

        @Override
        public String nothingDone() {
            return "with nothing taken back; nothing that differs could be tied to it.";
        }
    }
}
