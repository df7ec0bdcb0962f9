package dev.lockstep.check;

import java.util.List;

/// Every rule, in the order of the hazards' ids.
public final class Rules {
    private static final List<Rule> ALL =
            List.of(
                    new OneGpuSeeded(),
                    new HashOrder(),
                    new UnseededLoader(),
                    new UnseededWorker(),
                    new PartialLastBatch(),
                    new FileOrder(),
                    new WorkerCount(),
                    new UnorderedResults(),
                    new SideDraw(),
                    new CudnnNondeterministic(),
                    new CudnnBenchmark(),
                    new NondeterministicOperation(),
                    new CublasWorkspace(),
                    new ReducedPrecision(),
                    new UninitialisedMemory(),
                    new ThreadCount(),
                    new CompileAutotune(),
                    new ResumeWithoutGenerators(),
                    new RandomEvaluation());

    private Rules() {}

    /// Gives all of them.
    public static List<Rule> all() {
        return ALL;
    }
}
