package dev.lockstep.comparison;

import dev.lockstep.comparison.Divergence.Detail;
import dev.lockstep.comparison.Divergence.Kind;
import dev.lockstep.event.Event;
import dev.lockstep.event.EventSource;
import dev.lockstep.event.Role;
import dev.lockstep.event.RunSource;
import dev.lockstep.event.Site;
import dev.lockstep.event.Unreadable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Takes two runs, each live or recorded, and gives what comparing them says, as early as it can be
/// said.
///
/// Call {@link #advance} until it gives an outcome; when {@link #idle} says so there was nothing to
/// read, and a caller with a clock waits a little before the next call.
public final class Comparison {
    /// How much evidence one call reads at most, so that progress can be shown.
    private static final int QUANTUM = 100_000;

    private static final int SLICE = 1_000;

    /// How many characters of an exception's message are told.
    private static final int MESSAGE = 120;

    /// What one side is called in sentences.
    private enum Side {
        REFERENCE("the reference"),
        CANDIDATE("the candidate");

        private final String words;

        Side(String words) {
            this.words = words;
        }
    }

    private static final class Run {
        final Side side;
        final RunSource source;
        final RunTexts texts;
        final Observations observations = new Observations();
        final Alignment alignment = new Alignment();
        final List<ProcessSide> beginning = new ArrayList<>();
        final List<ProcessSide> workers = new ArrayList<>();
        final Set<ProcessSide> known = new LinkedHashSet<>();
        Map<String, ProcessSide> placed = Map.of();
        int discovered;
        boolean ended;

        Run(Side side, RunSource source, RunTexts texts) {
            this.side = side;
            this.source = source;
            this.texts = texts;
        }

        /// Whether the run ended by itself, as its exit status tells.
        boolean orderly() {
            Integer status = source.exitStatus();
            return ended && status != null && !signal(status);
        }

        boolean limited() {
            return known.stream().anyMatch(side -> side.limit != null);
        }
    }

    private final Run reference;
    private final Run candidate;
    private final Map<String, ProcessPair> pairs = new LinkedHashMap<>();
    private @Nullable Outcome outcome;
    private boolean idle;

    /// Compares two runs and the texts that they left.
    public Comparison(
            RunSource reference,
            RunSource candidate,
            RunTexts referenceTexts,
            RunTexts candidateTexts) {
        this.reference = new Run(Side.REFERENCE, reference, referenceTexts);
        this.candidate = new Run(Side.CANDIDATE, candidate, candidateTexts);
    }

    /// Compares two runs without their texts.
    public Comparison(RunSource reference, RunSource candidate) {
        this(reference, candidate, RunTexts.NONE, RunTexts.NONE);
    }

    /// A signal's status: negative, or 128 and more as a shell gives it.
    private static boolean signal(int status) {
        return status < 0 || status > 128 && status < 128 + 65;
    }

    /// Compares what there is and gives the outcome, or null while it cannot be said.
    public @Nullable Outcome advance() throws IOException {
        if (outcome != null) {
            return outcome;
        }
        try {
            outcome = tryAdvance();
        } catch (Unreadable e) {
            outcome = new Outcome.Unknown(String.valueOf(e.getMessage()), counts(), notCompared());
        }
        return outcome;
    }

    /// Compares two runs that have ended, to the end.
    public Outcome toEnd() throws IOException {
        for (Outcome result = advance(); ; result = advance()) {
            if (result != null) {
                return result;
            }
            if (idle && !(reference.source.ended() && candidate.source.ended())) {
                throw new IllegalStateException("a run goes on");
            }
        }
    }

    /// Whether the last call found nothing to read.
    public boolean idle() {
        return idle;
    }

    /// Gives how much has been found equal so far.
    public Counts counts() {
        long steps = 0;
        long batches = 0;
        long events = 0;
        long tensors = 0;
        for (ProcessPair pair : pairs.values()) {
            steps = Math.max(steps, pair.steps());
            batches += pair.batches();
            events += pair.events();
            tensors += pair.tensors();
        }
        return new Counts(pairs.size(), steps, batches, events, tensors);
    }

    /// Gives the kinds of events that were compared so far, as they are named in a stream.
    public Set<String> compared() {
        return pairs.values().stream()
                .flatMap(pair -> pair.reference.kinds.stream())
                .collect(Collectors.toSet());
    }

    /// Whether a process of the reference read the clock in the user's own code before it set a
    /// seed.
    public boolean clockBeforeSeed() {
        return reference.known.stream().anyMatch(side -> side.clockBeforeSeed);
    }

    /// Gives the last batches that were not full, and equal in both runs; a loader that is made
    /// anew for each pass counts as one.
    public List<LastBatch> lastBatches() {
        Map<LastBatch, Long> passes = new LinkedHashMap<>();
        for (ProcessPair pair : pairs.values()) {
            pair.lastBatches().forEach((last, count) -> passes.merge(last, count, Long::sum));
        }
        return passes.entrySet().stream()
                .map(entry -> entry.getKey().in(entry.getValue()))
                .toList();
    }

    /// Gives what the reference showed beside its evidence.
    public Observations reference() {
        return reference.observations;
    }

    /// Gives what the candidate showed beside its evidence.
    public Observations candidate() {
        return candidate.observations;
    }

    private @Nullable Outcome tryAdvance() throws IOException {
        // Asked before reading: what was written before the end is then certainly seen.
        reference.ended = reference.source.ended();
        candidate.ended = candidate.source.ended();
        discover(reference);
        discover(candidate);
        pair();
        int read = 0;
        boolean moved = true;
        ProcessPair parted = null;
        while (moved && parted == null && read < QUANTUM) {
            moved = false;
            for (ProcessPair pair : pairs.values()) {
                int now = pump(pair);
                read += now;
                moved |= now > 0;
                if (pair.found() != null && !pair.unmatchable()) {
                    parted = pair;
                    break;
                }
            }
        }
        drainWorkers(reference);
        drainWorkers(candidate);
        idle = read == 0;
        if (parted != null) {
            return parted();
        }
        if (moved) {
            return null;
        }
        boolean over = reference.ended && candidate.ended;
        boolean all =
                pairs.values().stream().allMatch(ProcessPair::finished)
                        && reference.beginning.isEmpty()
                        && candidate.beginning.isEmpty();
        return over && all || stoppedAtLimit() ? conclude(over, null) : null;
    }

    private int pump(ProcessPair pair) throws IOException {
        return pair.pump(SLICE, this::orderly);
    }

    private boolean orderly(ProcessSide side) {
        Run run = reference.known.contains(side) ? reference : candidate;
        return run.orderly() && side.rest == 0 && !run.limited();
    }

    private void discover(Run run) throws IOException {
        List<EventSource> sources = run.source.processes();
        for (; run.discovered < sources.size(); run.discovered++) {
            ProcessSide side = new ProcessSide(sources.get(run.discovered), run.observations);
            run.beginning.add(side);
            run.known.add(side);
        }
        for (ProcessSide side : List.copyOf(run.beginning)) {
            if (side.begin()) {
                run.beginning.remove(side);
                run.alignment.add(side);
                if (side.role() instanceof Role.Worker) {
                    run.workers.add(side);
                }
            }
        }
        run.placed = run.alignment.place(run.ended);
    }

    private void pair() {
        for (Map.Entry<String, ProcessSide> entry : reference.placed.entrySet()) {
            ProcessSide left = entry.getValue();
            ProcessSide right = candidate.placed.get(entry.getKey());
            if (right != null
                    && !(left.role() instanceof Role.Worker)
                    && !pairs.containsKey(entry.getKey())) {
                pairs.put(entry.getKey(), new ProcessPair(left, right, left.text()));
            }
        }
    }

    /// Workers give no evidence of their own, what they make is compared where it arrives.
    private static void drainWorkers(Run run) throws IOException {
        for (ProcessSide worker : List.copyOf(run.workers)) {
            worker.next();
            if (worker.ended) {
                run.workers.remove(worker);
            }
        }
    }

    /// Both runs wait at their step limit, in every process that steps.
    private boolean stoppedAtLimit() {
        boolean limited = false;
        for (ProcessPair pair : pairs.values()) {
            limited |= pair.limited();
            if (!pair.finished()
                    && !pair.unmatchable()
                    && (pair.steps() > 0 || pair.role() instanceof Role.Rank)) {
                return false;
            }
        }
        return limited;
    }

    /// Chooses among the processes the one that parts at the earliest step.
    private Outcome parted() throws IOException {
        ProcessPair first = null;
        boolean again = true;
        while (again) {
            again = false;
            first = earliest();
            for (ProcessPair pair : pairs.values()) {
                if ((pair.found() == null || pair.unmatchable())
                        && !pair.finished()
                        && first != null
                        && pair.steps() <= step(first)) {
                    again |= pump(pair) > 0;
                }
            }
        }
        drainWorkers(reference);
        drainWorkers(candidate);
        ProcessPair.Found found = first == null ? null : first.found();
        if (first == null || found == null) {
            throw new IllegalStateException("no process parts");
        }
        Difference difference = found.difference();
        Site site = difference.site();
        Long worker = difference.worker();
        String process = first.text();
        if (worker != null) {
            process =
                    "worker "
                            + worker
                            + (site == null ? "" : " of " + site.text())
                            + (first.role() instanceof Role.Main ? "" : " in " + process);
        }
        return new Outcome.Parted(
                new Divergence(
                        found.step(),
                        difference.kind(),
                        difference.name(),
                        process,
                        site,
                        difference.reference(),
                        difference.candidate(),
                        difference.details()),
                counts(),
                notCompared());
    }

    private @Nullable ProcessPair earliest() {
        ProcessPair earliest = null;
        for (ProcessPair pair : pairs.values()) {
            if (pair.found() != null
                    && !pair.unmatchable()
                    && (earliest == null
                            || step(pair) < step(earliest)
                            || step(pair) == step(earliest) && rank(pair) < rank(earliest))) {
                earliest = pair;
            }
        }
        return earliest;
    }

    private static long step(ProcessPair pair) {
        ProcessPair.Found found = pair.found();
        return found == null ? Long.MAX_VALUE : found.step();
    }

    private static int rank(ProcessPair pair) {
        return switch (pair.role()) {
            case Role.Worker _ -> 0;
            case Role.Rank rank -> 1 + rank.rank();
            case Role.Main _ -> Integer.MAX_VALUE - 1;
            case Role.Child _ -> Integer.MAX_VALUE;
        };
    }

    /// Gives the outcome so far, for a comparison that the caller breaks off.
    ///
    /// @param why why it was broken off, as `interrupted`
    public Outcome soFar(String why) throws IOException {
        if (outcome == null) {
            try {
                pairs.values().forEach(ProcessPair::stop);
                outcome = earliest() != null ? parted() : conclude(false, why);
            } catch (Unreadable e) {
                outcome =
                        new Outcome.Unknown(
                                String.valueOf(e.getMessage()), counts(), notCompared());
            }
        }
        return outcome;
    }

    private Outcome conclude(boolean over, @Nullable String interrupted) throws IOException {
        List<NotCompared> notCompared = notCompared();
        boolean stopped = !over || reference.limited() || candidate.limited();
        if (interrupted != null) {
            notCompared.add(new NotCompared("what follows step " + counts().steps(), interrupted));
        } else if (reference.limited() && candidate.limited()) {
            notCompared.add(
                    new NotCompared(
                            "what follows step " + counts().steps(), "the step limit was reached"));
        }
        Outcome unpaired = over ? unpaired(stopped, notCompared) : null;
        if (unpaired != null) {
            return unpaired;
        }
        for (ProcessPair pair : pairs.values()) {
            ProcessPair.Cut cut = interrupted == null ? pair.cut() : null;
            if (cut == null) {
                continue;
            }
            Run run = run(cut.side());
            if (!cut.stopped() && !cut.unequal() && pair.role().started() && run.orderly()) {
                // Its parent ended it when its work was done.
                continue;
            }
            boolean matters =
                    !cut.stopped()
                            && !stopped
                            && (pair.role() instanceof Role.Main
                                    || pair.role() instanceof Role.Rank
                                    || pair.role() instanceof Role.Child child && child.program()
                                    || cut.unequal() && pair.steps() > 0 && !pair.role().pooled());
            if (matters) {
                return new Outcome.Unknown(
                        cutOff(run, pair),
                        counts(),
                        notCompared,
                        run == reference
                                ? Outcome.Shortfall.REFERENCE_CUT_OFF
                                : Outcome.Shortfall.OTHER);
            }
            notCompared.add(
                    new NotCompared(
                            "what follows step " + pair.steps() + " in " + pair.text(),
                            run.side.words
                                    + (cut.stopped()
                                            ? " was stopped there"
                                            : " was cut off there")));
        }
        if (over && !stopped) {
            Outcome exit = exit(notCompared);
            if (exit != null) {
                return exit;
            }
        }
        int unmatched = unmatched(over);
        List<TextDifference> differences = new ArrayList<>();
        boolean compared = texts(stopped, differences, notCompared);
        Counts counts = counts();
        if (unmatched > 0) {
            notCompared.add(
                    new NotCompared(
                            "the training in "
                                    + (unmatched == 1
                                            ? "a process of a pool"
                                            : unmatched + " processes of a pool"),
                            "which of them takes which task differs from run to run"));
            boolean elsewhere =
                    pairs.values().stream()
                            .anyMatch(pair -> !pair.role().pooled() && pair.reference.work > 0);
            if (!elsewhere && differences.isEmpty()) {
                return new Outcome.Unknown(
                        "the training happens in processes of a pool, and which of them takes which task differs from run to run, so what they did cannot be matched"
                                + (compared ? "; what the runs printed and wrote agrees" : ""),
                        counts,
                        notCompared);
            }
        }
        long ends = pairs.values().stream().filter(pair -> pair.reference.end != null).count();
        if (counts.events() <= ends && !compared) {
            return new Outcome.Unknown(
                    pairs.isEmpty()
                            ? "no process of the two runs could be compared: "
                                    + missing(reference)
                                    + ", "
                                    + missing(candidate)
                            : "the runs did nothing that could be compared",
                    counts,
                    notCompared);
        }
        return new Outcome.Agreed(counts, notCompared, differences);
    }

    private static String missing(Run run) {
        return run.side.words
                + (run.known.isEmpty()
                        ? " left no stream"
                        : " left " + run.known.size() + " that the other run does not have");
    }

    private Run run(ProcessSide side) {
        return reference.known.contains(side) ? reference : candidate;
    }

    private String cutOff(Run run, ProcessPair pair) {
        Integer status = run.source.exitStatus();
        String signal =
                status != null && signal(status)
                        ? " (signal " + (status < 0 ? -status : status - 128) + ")"
                        : "";
        return run.side.words
                + " was cut off after "
                + steps(pair.steps())
                + (pair.role() instanceof Role.Main ? "" : " in " + pair.text())
                + signal
                + "; up to there the runs agree";
    }

    private static String steps(long steps) {
        return steps == 1 ? "1 step" : steps + " steps";
    }

    /// How many processes of pools, in the run that has more of them, trained something that no
    /// process of the other run did in the same way.
    private int unmatched(boolean over) throws IOException {
        int paired = 0;
        for (ProcessPair pair : pairs.values()) {
            boolean unlike =
                    pair.unmatchable()
                            || pair.role().pooled() && pair.cut() != null && pair.cut().unequal();
            if (unlike && pair.reference.work + pair.candidate.work > 0) {
                paired++;
            }
        }
        int most = 0;
        for (Run run : List.of(reference, candidate)) {
            int alone = 0;
            for (Map.Entry<String, ProcessSide> entry : run.placed.entrySet()) {
                ProcessSide side = entry.getValue();
                if (over && side.role().pooled() && !pairs.containsKey(entry.getKey())) {
                    readOn(side);
                    alone += side.work > 0 ? 1 : 0;
                }
            }
            most = Math.max(most, alone);
        }
        return paired + most;
    }

    /// Reading on counts a process's evidence and keeps its observations.
    private static void readOn(ProcessSide side) throws IOException {
        while (side.next() instanceof dev.lockstep.event.Item) {
            // What it holds is compared with nothing.
        }
    }

    /// Finds processes with evidence that only one run has.
    private @Nullable Outcome unpaired(boolean stopped, List<NotCompared> notCompared)
            throws IOException {
        for (Run run : List.of(reference, candidate)) {
            for (Map.Entry<String, ProcessSide> entry : run.placed.entrySet()) {
                ProcessSide side = entry.getValue();
                if (pairs.containsKey(entry.getKey())
                        || side.role() instanceof Role.Worker
                        || side.role().pooled()) {
                    continue;
                }
                readOn(side);
                long strong = side.evidence - (side.end == null ? 0 : 1);
                if (strong == 0 || stopped) {
                    notCompared.add(
                            new NotCompared(
                                    side.text(), "a process of " + run.side.words + " alone"));
                    continue;
                }
                boolean inReference = run == reference;
                String has = strong + (strong == 1 ? " event" : " events");
                return new Outcome.Parted(
                        new Divergence(
                                0,
                                Kind.LENGTH,
                                null,
                                side.text(),
                                null,
                                inReference ? has : "none",
                                inReference ? "none" : has,
                                List.of(
                                        new Detail(
                                                "process",
                                                inReference ? side.text() : "none",
                                                inReference ? "none" : side.text()))),
                        counts(),
                        notCompared);
            }
        }
        return null;
    }

    private @Nullable Outcome exit(List<NotCompared> notCompared) {
        ProcessPair main = pairs.get("main");
        Event.End left = main == null ? null : main.reference.end;
        Event.End right = main == null ? null : main.candidate.end;
        if (left != null && right != null && Evidence.status(left) != 0) {
            return new Outcome.Unknown(
                    "both runs ended with "
                            + Evidence.ending(left)
                            + message(left)
                            + ", after "
                            + steps(counts().steps())
                            + " that agree",
                    counts(),
                    notCompared,
                    Outcome.Shortfall.BOTH_FAILED);
        }
        if (left != null && right != null && left.status() != null && right.status() != null) {
            return null;
        }
        // What a process tells its parent by `sys.exit` only the parent knows.
        Integer leftStatus = reference.source.exitStatus();
        Integer rightStatus = candidate.source.exitStatus();
        if (leftStatus == null || rightStatus == null) {
            return null;
        }
        if (!leftStatus.equals(rightStatus)) {
            String leftWords = "exit status " + leftStatus;
            String rightWords = "exit status " + rightStatus;
            return new Outcome.Parted(
                    new Divergence(
                            counts().steps(),
                            Kind.EXIT,
                            null,
                            "main",
                            null,
                            leftWords,
                            rightWords,
                            List.of(new Detail("end", leftWords, rightWords))),
                    counts(),
                    notCompared);
        }
        return leftStatus == 0
                ? null
                : new Outcome.Unknown(
                        "both runs ended with exit status "
                                + leftStatus
                                + ", after "
                                + steps(counts().steps())
                                + " that agree",
                        counts(),
                        notCompared,
                        Outcome.Shortfall.BOTH_FAILED);
    }

    /// What an exception says: its first line, in brackets.
    private static String message(Event.End end) {
        String text = end.text();
        if (text == null || text.isBlank()) {
            return "";
        }
        String line = text.strip().lines().findFirst().orElseThrow();
        return " ("
                + (line.length() <= MESSAGE ? line : line.substring(0, MESSAGE).strip() + " …")
                + ")";
    }

    /// Compares printed text and written files; whether there was any.
    private boolean texts(
            boolean stopped, List<TextDifference> differences, List<NotCompared> notCompared)
            throws IOException {
        boolean many = false;
        for (Run run : List.of(reference, candidate)) {
            many |= run.known.size() > 1 || run.known.stream().anyMatch(side -> side.threads);
        }
        WrittenTexts texts =
                new WrittenTexts(
                        reference.texts,
                        reference.observations,
                        candidate.texts,
                        candidate.observations,
                        many,
                        counts().tensors() == 0);
        return texts.compare(stopped, differences, notCompared);
    }

    /// What the agent said that it could not see.
    private List<NotCompared> notCompared() {
        Set<NotCompared> all = new LinkedHashSet<>();
        for (Run run : List.of(reference, candidate)) {
            for (Event.Untapped untapped : run.observations.events(Event.Untapped.class)) {
                all.add(
                        new NotCompared(
                                String.valueOf(untapped.what()), String.valueOf(untapped.why())));
            }
            for (Event.Problem problem : run.observations.events(Event.Problem.class)) {
                all.add(
                        new NotCompared(
                                "what the agent could not see", String.valueOf(problem.text())));
            }
        }
        return new ArrayList<>(all);
    }
}
