package dev.lockstep.diagnosis;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.comparison.EnvironmentDifference;
import dev.lockstep.comparison.LastBatch;
import dev.lockstep.comparison.NotCompared;
import dev.lockstep.event.Site;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a command says about an experiment; the values of the verdict's JSON.
///
/// @param result whether the runs agree
/// @param reason why it cannot be told, as one sentence; null unless the result is unknown
/// @param experiment what ran
/// @param compared how much was compared
/// @param notCompared what the verdict says nothing about
/// @param divergence where the runs part; null unless they do
/// @param explanation what diagnosis found; null when nothing was diagnosed
/// @param environmentDifferences in what the two runs' surroundings differ
/// @param lastBatches what the runs showed about batches that samples did not fill
public record Verdict(
        Result result,
        @Nullable String reason,
        ExperimentFacts experiment,
        Compared compared,
        List<NotCompared> notCompared,
        @Nullable Divergence divergence,
        @Nullable Explanation explanation,
        List<EnvironmentDifference> environmentDifferences,
        LastBatches lastBatches) {
    public Verdict {
        notCompared = List.copyOf(notCompared);
        environmentDifferences = List.copyOf(environmentDifferences);
        if ((result == Result.UNKNOWN) != (reason != null)) {
            throw new IllegalArgumentException(
                    "a reason belongs to an unknown verdict and to no other");
        }
        if (result == Result.DIVERGED && divergence == null) {
            throw new IllegalArgumentException("runs that part do so somewhere");
        }
    }

    /// A verdict on runs of which nothing is said about their last batches.
    public Verdict(
            Result result,
            @Nullable String reason,
            ExperimentFacts experiment,
            Compared compared,
            List<NotCompared> notCompared,
            @Nullable Divergence divergence,
            @Nullable Explanation explanation,
            List<EnvironmentDifference> environmentDifferences) {
        this(
                result,
                reason,
                experiment,
                compared,
                notCompared,
                divergence,
                explanation,
                environmentDifferences,
                LastBatches.NONE);
    }

    /// A verdict before anything was diagnosed.
    public static Verdict plain(
            Result result,
            @Nullable String reason,
            ExperimentFacts experiment,
            Compared compared,
            List<NotCompared> notCompared,
            @Nullable Divergence divergence) {
        return new Verdict(
                result, reason, experiment, compared, notCompared, divergence, null, List.of());
    }

    /// The three answers, with their names in JSON and their exit codes.
    public enum Result {
        IDENTICAL("identical", 0),
        DIVERGED("diverged", 1),
        UNKNOWN("unknown", 2);

        private final String text;
        private final int exitCode;

        Result(String text, int exitCode) {
            this.text = text;
            this.exitCode = exitCode;
        }

        public String text() {
            return text;
        }

        public int exitCode() {
            return exitCode;
        }
    }

    /// What ran.
    ///
    /// @param command as a person types it after Lockstep's own options
    /// @param python the interpreter's version
    /// @param torch torch's version; null when it was not imported
    /// @param threads how many threads torch used; null when it was not imported
    /// @param processes how many processes took part
    public record ExperimentFacts(
            List<String> command,
            String python,
            @Nullable String torch,
            @Nullable Long threads,
            long processes) {
        public ExperimentFacts {
            command = List.copyOf(command);
        }
    }

    /// What runs that agree showed about batches that their samples did not fill.
    ///
    /// @param kept the batches, equal in all these runs
    /// @param dropped the loaders that were made to leave theirs out
    public record LastBatches(List<LastBatch> kept, List<Site> dropped) {
        /// Nothing was seen.
        public static final LastBatches NONE = new LastBatches(List.of(), List.of());

        public LastBatches {
            kept = List.copyOf(kept);
            dropped = List.copyOf(dropped);
        }
    }

    /// How much was found equal.
    public record Compared(long runs, long steps, long events, long tensors) {}

    /// The verdict with what diagnosis found.
    public Verdict with(@Nullable Explanation found) {
        return new Verdict(
                result,
                reason,
                experiment,
                compared,
                notCompared,
                divergence,
                found,
                environmentDifferences,
                lastBatches);
    }

    /// The verdict with what the runs showed about last batches.
    public Verdict with(LastBatches seen) {
        return new Verdict(
                result,
                reason,
                experiment,
                compared,
                notCompared,
                divergence,
                explanation,
                environmentDifferences,
                seen);
    }

    /// The verdict with what the surroundings of the runs differ in.
    public Verdict withEnvironmentDifferences(List<EnvironmentDifference> differences) {
        return new Verdict(
                result,
                reason,
                experiment,
                compared,
                notCompared,
                divergence,
                explanation,
                differences,
                lastBatches);
    }
}
