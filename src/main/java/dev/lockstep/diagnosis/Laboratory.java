package dev.lockstep.diagnosis;

/// Runs the experiment again under given conditions: what diagnosis needs of the outside world.
///
/// `cli` supplies it. Nothing here starts a process or looks at a clock.
public interface Laboratory {
    /// Runs a fresh reference and a fresh candidate and compares them; stops both at the first
    /// divergence.
    Probe pair(Conditions conditions);

    /// Runs one more candidate under the conditions of a pair that agreed, and compares it with
    /// that pair's reference.
    Probe again(Conditions conditions, Probe.Agreed pair);

    /// Whether time is left for another probing run.
    boolean timeLeft();

    /// Whether the person has ended the search: what a run did since is no evidence.
    default boolean interrupted() {
        return false;
    }
}
