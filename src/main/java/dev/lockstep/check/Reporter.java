package dev.lockstep.check;

import dev.lockstep.hazard.Catalogue;
import dev.lockstep.hazard.Hazard;
import dev.lockstep.source.Node;
import dev.lockstep.source.Source;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes what one rule says about one file, gives findings.
public final class Reporter {
    private final Hazard hazard;
    private final Source source;
    private final boolean onlyNotes;
    private final List<Finding> findings = new ArrayList<>();

    /// @param onlyNotes whether nothing that is found here matters much
    Reporter(String hazard, Source source, boolean onlyNotes) {
        this.onlyNotes = onlyNotes;
        this.hazard = Catalogue.get(hazard);
        this.source = source;
    }

    /// Reports a place.
    public void report(Severity severity, Node at, String message, @Nullable Fix fix) {
        report(severity, at, message, List.of(), fix);
    }

    /// Reports a place with the way to it.
    public void report(
            Severity severity, Node at, String message, List<Step> path, @Nullable Fix fix) {
        String line = source.lineText(source.line(at.start()));
        Severity weight = onlyNotes ? Severity.NOTE : severity;
        findings.add(new Finding(hazard, weight, Place.of(source, at), message, line, path, fix));
    }

    /// Everything that was reported, each place once.
    List<Finding> findings() {
        return findings;
    }
}
