package dev.lockstep.cli;

import dev.lockstep.event.PinSetting;
import java.util.List;

/// The pins of a plain recorded run: everything that makes a run repeat without changing what it
/// means.
///
/// Left out on purpose: `last-batch` drops samples, `clock` stops the times that a script prints,
/// `run-dependent-seed` needs places that only a pair of runs shows, `memory` and `trace` cost time
/// and repair nothing that a correct script does, `threads` gives up the other cores, `precision`
/// matters between machines and not on one.
final class RunPins {
    private static final List<String> NAMES =
            List.of(
                    "python",
                    "numpy",
                    "numpy-generator",
                    "torch",
                    "cuda",
                    "python-generator",
                    "entropy",
                    "hash-seed",
                    "process-seed",
                    "loader",
                    "worker",
                    "file-order",
                    "completion-order",
                    "cudnn",
                    "deterministic",
                    "cublas",
                    "compile",
                    "collectives");

    private RunPins() {}

    /// The pins of a run, in the order in which they are told.
    static List<PinSetting> settings() {
        return NAMES.stream().map(PinSetting::new).toList();
    }
}
