package dev.lockstep.check;

import java.util.List;

/// Every rule, in the order of the hazards' ids.
public final class Rules {
    private static final List<Rule> ALL =
            List.of(
                    new Followed("LS101"),
                    new Followed("LS102"),
                    new UnseededGenerator("LS103", GlobalGenerator.NUMPY),
                    new Followed("LS104"),
                    new Followed("LS105"),
                    new OneGpuSeeded(),
                    new HashOrder(),
                    new OsEntropy(),
                    new ClockSeed(),
                    new Followed("LS110"),
                    new UnseededGenerator("LS111", GlobalGenerator.PYTHON),
                    new UnseededPackage(),
                    new Followed("LS113"),
                    new Followed("LS114"),
                    new HashSeedInside(),
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
