package dev.lockstep.diagnosis;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.comparison.Observed;
import java.util.List;
import java.util.Set;

/// What a probing pair showed.
public sealed interface Probe {
    /// The runs agreed to their end.
    ///
    /// @param reference the run that others can be compared with, as `RUN` of the command line
    /// @param steps optimizer steps compared
    /// @param tensors tensors compared
    /// @param acted names of the pins that changed something in either run, or that cannot say
    /// @param clues what the runs showed
    record Agreed(
            String reference, long steps, long tensors, Set<String> acted, List<Observed> clues)
            implements Probe {
        public Agreed {
            acted = Set.copyOf(acted);
            clues = List.copyOf(clues);
        }
    }

    /// The runs parted.
    record Parted(Divergence divergence, List<Observed> reference, List<Observed> candidate)
            implements Probe {
        public Parted {
            reference = List.copyOf(reference);
            candidate = List.copyOf(candidate);
        }
    }

    /// No answer: the script failed, or a run could not be compared.
    record Failed(String reason) implements Probe {}
}
