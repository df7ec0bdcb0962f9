package dev.lockstep.check;

/// What a program does somewhere, as far as it decides whether another place matters.
public enum Fact {
    /// Something is computed on CUDA.
    CUDA,
    /// More than one CUDA device is used.
    SEVERAL_GPUS,
    /// Torch's default generators are seeded, all devices.
    SEEDS_TORCH,
    /// `torch.use_deterministic_algorithms` or what stands for it.
    DETERMINISTIC,
    /// `cudnn.deterministic` is set.
    CUDNN_DETERMINISTIC,
    /// `CUBLAS_WORKSPACE_CONFIG` is mentioned.
    CUBLAS,
    /// Layers that cuDNN runs.
    CONVOLUTIONS,
    /// A model is switched to evaluation.
    EVAL,
    /// Dropout or another random layer.
    RANDOM_LAYERS,
    /// A loader with worker processes.
    WORKERS,
    /// A loader with a `worker_init_fn`.
    WORKER_INIT,
    /// A checkpoint is loaded to go on with the training.
    RESUMES,
    /// The state of a generator is saved or restored.
    GENERATOR_STATE,
    /// Gradients are computed.
    TRAINS
}
