package dev.lockstep.comparison;

import dev.lockstep.event.Site;
import org.jspecify.annotations.Nullable;

/// What two runs showed about the last batch of a loader whose samples do not fill it: it was equal
/// in both.
///
/// @param site where the loader was made
/// @param samples how many the sampler chose for it
/// @param batchSize how many the other batches hold
/// @param real how many of them are rows of the batch and samples of the data set
/// @param passes how many passes ended with it
public record LastBatch(@Nullable Site site, long samples, long batchSize, long real, long passes) {
    /// Whether it holds what the sampler chose and nothing else.
    public boolean allReal() {
        return real == samples;
    }

    /// The same in so many passes.
    LastBatch in(long count) {
        return new LastBatch(site, samples, batchSize, real, count);
    }

    /// The same at another place.
    public LastBatch at(@Nullable Site other) {
        return new LastBatch(other, samples, batchSize, real, passes);
    }
}
