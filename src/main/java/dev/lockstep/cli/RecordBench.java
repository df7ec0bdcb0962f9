package dev.lockstep.cli;

import dev.lockstep.comparison.Comparison;
import dev.lockstep.comparison.Divergence;
import dev.lockstep.comparison.Outcome;
import dev.lockstep.comparison.TextDifference;
import dev.lockstep.diagnosis.Conditions;
import dev.lockstep.diagnosis.Laboratory;
import dev.lockstep.diagnosis.Pin;
import dev.lockstep.diagnosis.Probe;
import dev.lockstep.record.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The laboratory whose reference is a record: each probe is one run in a mirror of the project, in
/// which some differences from the record are taken back.
final class RecordBench implements Laboratory {
    private final Session session;
    private final RunRecord record;
    private final Restorations restorations;
    private final Session.Order plain;
    private final Progress progress;
    private final long begun = System.nanoTime();
    private final long limitNanos;
    private int runs;

    /// @param plain the order of the run that parted, with the step after which probing runs stop
    RecordBench(
            Session session,
            RunRecord record,
            Restorations restorations,
            Session.Order plain,
            Duration limit,
            Progress progress) {
        this.session = session;
        this.record = record;
        this.restorations = restorations;
        this.plain = plain;
        this.limitNanos = limit.toNanos();
        this.progress = progress;
    }

    /// How many runs were made.
    int runs() {
        return runs;
    }

    @Override
    public boolean timeLeft() {
        return !Interrupt.requested() && System.nanoTime() - begun < limitNanos;
    }

    @Override
    public Probe pair(Conditions conditions) {
        return run(conditions.pins());
    }

    @Override
    public Probe again(Conditions conditions, Probe.Agreed pair) {
        return run(conditions.pins());
    }

    private Probe run(Set<Pin> pins) {
        runs++;
        try {
            var candidate =
                    session.start(session.probes(), restorations.order(plain, pins), progress);
            try {
                var result = Beside.follow(record, candidate, false, progress);
                return probe(result.outcome(), result.comparison(), pins);
            } finally {
                candidate.discard();
            }
        } catch (CannotTell e) {
            return new Probe.Failed(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Probe.Failed("interrupted");
        }
    }

    private Probe probe(Outcome outcome, Comparison comparison, Set<Pin> pins) {
        return switch (outcome) {
            case Outcome.Agreed agreed -> {
                var text = text(agreed);
                yield text == null ? agreed(agreed, pins) : parted(text);
            }
            case Outcome.Parted one -> parted(one.divergence());
            // The record's own run failed there, or its record ends there.
            case Outcome.Unknown unknown ->
                    unknown.shortfall() == Outcome.Shortfall.OTHER
                            ? new Probe.Failed(unknown.reason())
                            : agreed(unknown, pins);
        };
    }

    private Probe agreed(Outcome outcome, Set<Pin> pins) {
        return new Probe.Agreed(
                record.id(),
                outcome.counts().steps(),
                outcome.counts().tensors(),
                pins.stream().map(Pin::name).collect(Collectors.toSet()),
                List.of());
    }

    private static Probe parted(Divergence divergence) {
        return new Probe.Parted(divergence, List.of(), List.of());
    }

    /// The first difference in printed text, as a divergence; null when there is none.
    static @Nullable Divergence text(Outcome.Agreed agreed) {
        return agreed.differences().stream()
                .filter(TextDifference::text)
                .findFirst()
                .map(one -> Workbench.output(agreed, one))
                .orElse(null);
    }
}
