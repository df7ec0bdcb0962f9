package dev.lockstep.cli;

import dev.lockstep.comparison.Comparison;
import dev.lockstep.comparison.Divergence;
import dev.lockstep.comparison.Observations;
import dev.lockstep.comparison.Observed;
import dev.lockstep.comparison.Outcome;
import dev.lockstep.comparison.TextDifference;
import dev.lockstep.diagnosis.Conditions;
import dev.lockstep.diagnosis.Factor;
import dev.lockstep.diagnosis.Laboratory;
import dev.lockstep.diagnosis.Pin;
import dev.lockstep.diagnosis.Probe;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.event.AgentSettings;
import dev.lockstep.event.Event;
import dev.lockstep.event.PinSetting;
import dev.lockstep.event.Site;
import dev.lockstep.process.LauncherPins;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The laboratory of diagnosis: runs probing pairs of one experiment, one after the other, within a
/// time limit.
///
/// The records of probing runs are thrown away, except the reference of a pair that agreed, with
/// which further runs can be compared until the workbench is closed.
final class Workbench implements Laboratory, AutoCloseable {
    /// What explains a divergence and is gathered from each run.
    private static final Set<Class<? extends Event>> CLUES =
            Set.of(
                    Event.Draw.class,
                    Event.Entropy.class,
                    Event.Seed.class,
                    Event.Listing.class,
                    Event.Clock.class,
                    Event.Concurrent.class,
                    Event.Start.class,
                    Event.Variable.class,
                    Event.Warning.class,
                    Event.Loader.class,
                    Event.Torch.class);

    /// What decides whether two runs agree.
    enum Evidence {
        /// Tensors and whatever else has a fingerprint.
        BITS,
        /// Printed text and written files too; the clock is pinned in every run so that times are
        /// no difference.
        TEXT,
        /// The same, with another clock in the candidate unless a pin says otherwise: the runs are
        /// to part in what depends on the clock and is no time.
        TEXT_AND_CLOCK
    }

    /// Pins of which no event tells whether they acted.
    private static final Set<String> SILENT = Set.copyOf(LauncherPins.names());

    private final Pairs pairs;
    private final Session session;
    private final AgentSettings settings;
    private final Map<String, byte[]> overlay;
    private final Evidence evidence;
    private final long begun = System.nanoTime();
    private final long limitNanos;
    private final Progress progress;
    private final Map<String, Pairs.Result> agreed = new HashMap<>();
    private Pairs.@Nullable Result base;
    private Verdict.LastBatches lastBatches = Verdict.LastBatches.NONE;
    private int runs;

    /// @param settings the settings of the pair that parted
    /// @param overlay other content of some files, for every run
    /// @param evidence what decides: text does when the runs part in nothing else
    Workbench(
            Session session,
            Pairs pairs,
            AgentSettings settings,
            Map<String, byte[]> overlay,
            Evidence evidence,
            Duration limit,
            Progress progress) {
        this.session = session;
        this.pairs = pairs;
        this.settings = settings;
        this.overlay = Map.copyOf(overlay);
        this.evidence = evidence;
        this.limitNanos = limit.toNanos();
        this.progress = progress;
    }

    /// How many pairs and single runs were made.
    int runs() {
        return runs;
    }

    /// What the latest runs that agreed showed about batches that samples did not fill.
    Verdict.LastBatches lastBatches() {
        return lastBatches;
    }

    @Override
    public boolean timeLeft() {
        return !Interrupt.requested() && System.nanoTime() - begun < limitNanos;
    }

    @Override
    public boolean interrupted() {
        return Interrupt.requested();
    }

    /// Takes a pair that agreed with nothing pinned as the reference of single runs; the caller
    /// closes it.
    void base(Pairs.Result result) {
        base = result;
    }

    @Override
    public Probe pair(Conditions conditions) {
        runs++;
        progress.stage("pair " + runs);
        try {
            if (conditions.varied() == Factor.LOAD) {
                return underLoad(conditions);
            }
            var result =
                    pairs.run(
                            session.probes(),
                            order(conditions, null, Clocks.REFERENCE),
                            order(conditions, conditions.varied(), Clocks.CANDIDATE),
                            progress);
            return probe(conditions, result, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Probe.Failed("interrupted");
        }
    }

    /// Compares a run on a busy machine with one that had it for itself.
    private Probe underLoad(Conditions conditions) throws IOException, InterruptedException {
        var quiet = base;
        if (quiet == null) {
            var probe = pair(Conditions.pinned(conditions.pins()));
            quiet = probe instanceof Probe.Agreed known ? agreed.get(known.reference()) : null;
            if (quiet == null) {
                return probe;
            }
        }
        try (var load = Load.begin(session.python().executable())) {
            var result =
                    pairs.again(
                            session.probes(),
                            quiet.reference(),
                            order(conditions, null, Clocks.REFERENCE),
                            progress);
            var probe = probe(conditions, result, false);
            result.candidate().discard();
            return load.running() ? probe : new Probe.Failed("the load could not be made");
        }
    }

    @Override
    public Probe again(Conditions conditions, Probe.Agreed pair) {
        runs++;
        progress.stage("run " + runs);
        var known = agreed.get(pair.reference());
        if (known == null) {
            return pair(conditions);
        }
        try {
            var candidate = order(conditions, null, Clocks.CANDIDATE);
            var result =
                    pairs.again(
                            session.probes(),
                            known.reference(),
                            Clocks.rate(order(conditions, null, Clocks.REFERENCE), candidate),
                            candidate,
                            progress);
            var probe = probe(conditions, result, false);
            result.candidate().discard();
            return probe;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Probe.Failed("interrupted");
        }
    }

    private Probe probe(Conditions conditions, Pairs.Result result, boolean fresh) {
        var comparison = result.comparison();
        if (result.outcome() instanceof Outcome.Agreed) {
            lastBatches = Verification.lastBatches(comparison);
        }
        var probe =
                switch (result.outcome()) {
                    case Outcome.Agreed outcome
                            when evidence != Evidence.BITS && !outcome.differences().isEmpty() ->
                            parted(output(outcome, outcome.differences().getFirst()), comparison);
                    case Outcome.Agreed outcome ->
                            new Probe.Agreed(
                                    result.reference().folder().id(),
                                    outcome.counts().steps(),
                                    outcome.counts().tensors(),
                                    acted(conditions.pins(), comparison),
                                    all(comparison));
                    case Outcome.Parted outcome -> parted(outcome.divergence(), comparison);
                    case Outcome.Unknown outcome -> new Probe.Failed(outcome.reason());
                };
        if (fresh) {
            if (probe instanceof Probe.Agreed one) {
                result.candidate().discard();
                result.reference().close();
                agreed.put(one.reference(), result);
            } else {
                result.discard();
            }
        }
        return probe;
    }

    private static Probe parted(Divergence divergence, Comparison comparison) {
        return new Probe.Parted(
                divergence, clues(comparison.reference()), clues(comparison.candidate()));
    }

    /// A difference in text as a divergence.
    static Divergence output(Outcome.Agreed agreed, TextDifference difference) {
        return new Divergence(
                agreed.counts().steps(),
                Divergence.Kind.OUTPUT,
                difference.text()
                        ? difference.file() + " line " + difference.line()
                        : difference.file(),
                "main",
                null,
                difference.reference(),
                difference.candidate(),
                List.of());
    }

    /// What a run showed that may explain a divergence.
    static List<Observed> clues(Observations observations) {
        return observations.of(CLUES);
    }

    private static List<Observed> all(Comparison comparison) {
        var all = new LinkedHashSet<>(clues(comparison.reference()));
        all.addAll(clues(comparison.candidate()));
        return List.copyOf(all);
    }

    private static Set<String> acted(Collection<Pin> pins, Comparison comparison) {
        var acted = new TreeSet<String>();
        for (var observations : List.of(comparison.reference(), comparison.candidate())) {
            for (var pin : observations.events(Event.Pin.class)) {
                acted.add(pin.name());
            }
        }
        for (var pin : pins) {
            if (SILENT.contains(pin.name())) {
                acted.add(pin.name());
            }
        }
        return acted;
    }

    /// @param clock the run's clock where text and the clock are evidence
    private Session.Order order(Conditions conditions, @Nullable Factor varied, PinSetting clock) {
        var pins = new ArrayList<>(settings.pins());
        pins.addAll(settings(conditions.pins()));
        if (evidence != Evidence.BITS
                && pins.stream().noneMatch(pin -> pin.pin().equals("clock"))) {
            pins.add(evidence == Evidence.TEXT ? new PinSetting("clock") : clock);
        }
        var window = conditions.traced();
        var told =
                settings.withPins(pins)
                        .withTrace(
                                window == null
                                        ? null
                                        : new AgentSettings.Trace(
                                                Math.toIntExact(window.from()),
                                                Math.toIntExact(window.to())));
        var variables = new LinkedHashMap<String, String>();
        if (conditions.varied() != null) {
            told = told.withVary(Variation.agent(conditions.varied(), varied != null));
            variables.putAll(Variation.variables(conditions.varied(), varied != null));
        }
        return new Session.Order(told, overlay, variables, pairs.mirrored(), false);
    }

    /// The pins as the agent is told them: one entry a name, with the places of all.
    static List<PinSetting> settings(Collection<Pin> pins) {
        var places = new LinkedHashMap<String, List<Site>>();
        var everywhere = new TreeSet<String>();
        for (var pin : pins) {
            places.computeIfAbsent(pin.name(), _ -> new ArrayList<>()).addAll(pin.sites());
            if (pin.sites().isEmpty()) {
                everywhere.add(pin.name());
            }
        }
        var settings = new ArrayList<PinSetting>();
        places.forEach((name, sites) ->
                settings.add(
                        everywhere.contains(name)
                                ? new PinSetting(name)
                                : new PinSetting(
                                        name,
                                        Map.of(
                                                "sites",
                                                sites.stream()
                                                        .map(site ->
                                                                List.of(site.file(), site.line()))
                                                        .toList()))));
        return settings;
    }

    @Override
    public void close() {
        agreed.values().forEach(result -> result.reference().discard());
        agreed.clear();
    }
}
