package dev.lockstep.cli;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.diagnosis.Dependence;
import dev.lockstep.diagnosis.Diagnosis;
import dev.lockstep.diagnosis.Explanation;
import dev.lockstep.diagnosis.Factor;
import dev.lockstep.diagnosis.Pin;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.diagnosis.Probe;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.report.VerdictText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Looks by probing runs for what makes a pair part, and for the factors that its result depends
/// on.
///
/// @param pairs runs them
/// @param orders how they are started
record CauseSearch(Session session, DiagnosisOptions options, Pairs pairs, Orders orders) {
    /// What diagnosis found, and what the runs that agreed meanwhile showed about last batches.
    record Found(Explanation explanation, Verdict.LastBatches lastBatches) {}

    /// Explains where a pair parts.
    ///
    /// @param evidence what decides whether probing runs agree, where the pair parts in its numbers
    Found causes(Pairs.Result pair, Divergence divergence, Workbench.Evidence evidence) {
        try (var progress = new Progress(session.surroundings(), "looking for the cause");
                var bench =
                        bench(
                                divergence.kind() == Divergence.Kind.OUTPUT
                                                && evidence == Workbench.Evidence.BITS
                                        ? Workbench.Evidence.TEXT
                                        : evidence,
                                progress)) {
            var parted =
                    new Probe.Parted(
                            divergence,
                            Workbench.clues(pair.comparison().reference()),
                            Workbench.clues(pair.comparison().candidate()));
            var found = Diagnosis.explain(parted, read(), bench, options.proofRuns);
            progress.done(
                    VerdictText.count(
                            bench.runs(), "probing pair or run", "probing pairs and runs"));
            return new Found(found, bench.lastBatches());
        }
    }

    /// Finds out which factors the result depends on, when these pins hold.
    Explanation dependence(Pairs.Result pair, List<Factor> factors, Set<Pin> pins) {
        try (var progress = new Progress(session.surroundings(), "varying one factor at a time");
                var bench = bench(Workbench.Evidence.BITS, progress)) {
            if (pins.isEmpty()) {
                bench.base(pair);
            }
            var found = Dependence.on(factors, pins, read(), bench);
            progress.done(
                    VerdictText.count(factors.size(), "factor", "factors")
                            + ": "
                            + found.proved().size()
                            + " that the result depends on");
            return found;
        }
    }

    private Workbench bench(Workbench.Evidence evidence, Progress progress) {
        return new Workbench(
                session,
                pairs,
                orders.plain().settings(),
                orders.overlay(),
                evidence,
                options.limit(),
                progress);
    }

    /// Where a reading of the source sees each hazard, in the files that the script imports.
    private Map<String, List<Place>> read() {
        var places = new HashMap<String, List<Place>>();
        for (var finding : ProjectSource.findings(session)) {
            var site = ProjectSource.site(session, finding.place().file(), finding.place().line());
            places.computeIfAbsent(finding.hazard().id(), _ -> new ArrayList<>())
                    .add(new Place(site, null, null, "main"));
        }
        return places;
    }
}
