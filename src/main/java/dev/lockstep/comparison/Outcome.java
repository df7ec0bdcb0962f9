package dev.lockstep.comparison;

import java.util.List;

/// What a comparison of two runs gives.
public sealed interface Outcome {
    /// Gives how much was found equal before it was decided.
    Counts counts();

    /// Gives what the outcome says nothing about.
    List<NotCompared> notCompared();

    /// Everything compared is equal.
    ///
    /// @param differences printed text and written files that differ all the same; weak evidence
    ///   that the caller weighs
    record Agreed(Counts counts, List<NotCompared> notCompared, List<TextDifference> differences)
            implements Outcome {
        public Agreed {
            notCompared = List.copyOf(notCompared);
            differences = List.copyOf(differences);
        }
    }

    /// The runs part.
    record Parted(Divergence divergence, Counts counts, List<NotCompared> notCompared)
            implements Outcome {
        public Parted {
            notCompared = List.copyOf(notCompared);
        }
    }

    /// What keeps runs that agree as far as both go from being the same.
    enum Shortfall {
        BOTH_FAILED,
        REFERENCE_CUT_OFF,
        OTHER
    }

    /// It cannot be told.
    ///
    /// @param reason one sentence: what is missing, and how far the runs agree
    /// @param shortfall what is missing to an agreement
    record Unknown(String reason, Counts counts, List<NotCompared> notCompared, Shortfall shortfall)
            implements Outcome {
        public Unknown {
            notCompared = List.copyOf(notCompared);
        }

        public Unknown(String reason, Counts counts, List<NotCompared> notCompared) {
            this(reason, counts, notCompared, Shortfall.OTHER);
        }
    }
}
