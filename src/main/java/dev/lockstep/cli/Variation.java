package dev.lockstep.cli;

import dev.lockstep.diagnosis.Factor;
import java.util.Map;

/// What reference and candidate are started with when the candidate differs in one factor on
/// purpose.
final class Variation {
    private Variation() {}

    /// Environment variables of one of the two runs.
    static Map<String, String> variables(Factor factor, boolean candidate) {
        return switch (factor) {
            case HASH_SEED -> Map.of("PYTHONHASHSEED", candidate ? "4242" : "1");
            case THREADS ->
                    candidate
                            ? Map.of("OMP_NUM_THREADS", String.valueOf(otherThreads()))
                            : Map.of();
            case TIME_ZONE -> Map.of("TZ", candidate ? "Pacific/Kiritimati" : "UTC");
            case FILE_ORDER, WORKERS, LOAD, WORKING_DIRECTORY -> Map.of();
        };
    }

    /// What the agent of one of the two runs is told to vary.
    static Map<String, Object> agent(Factor factor, boolean candidate) {
        if (!candidate) {
            return Map.of();
        }
        return switch (factor) {
            case FILE_ORDER -> Map.of("file-order", 1);
            case THREADS -> Map.of("threads", otherThreads());
            case WORKERS -> Map.of("workers", 3);
            case HASH_SEED, LOAD, WORKING_DIRECTORY, TIME_ZONE -> Map.of();
        };
    }

    /// A number of threads that is nobody's default here: one more than there are processors.
    private static int otherThreads() {
        return Runtime.getRuntime().availableProcessors() + 1;
    }
}
