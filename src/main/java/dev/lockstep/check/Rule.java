package dev.lockstep.check;

import java.util.Set;

/// Finds one hazard in the source.
public interface Rule {
    /// The id of the hazard that it finds.
    String hazard();

    /// Identifiers of which a file must hold at least one, or use something that goes by one
    /// elsewhere, or this rule has nothing to say about it.
    Set<String> words();

    /// Takes one file among the others it belongs to, reports what it finds.
    void check(Unit unit, Programs programs, Reporter report);

    /// Whether it asks what following the project's programs showed.
    default boolean followsPrograms() {
        return false;
    }

    /// Whether it also has something to say about a file without any of its words, when something
    /// else made it worth reading.
    default boolean looksEverywhere() {
        return false;
    }

    /// Whether a file without any rule's words may concern it all the same, by its bytes.
    default boolean mayConcern(byte[] text) {
        return false;
    }

    /// Whether it looks into installed packages.
    default boolean readsPackages() {
        return false;
    }
}
