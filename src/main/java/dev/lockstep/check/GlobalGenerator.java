package dev.lockstep.check;

/// A generator that every part of a process shares.
enum GlobalGenerator {
    PYTHON("LS101", "Python's random", "random.seed(0)"),
    NUMPY("LS102", "NumPy's global generator", "numpy.random.seed(0)"),
    TORCH("LS104", "torch's generator", "torch.manual_seed(0)"),
    CUDA("LS105", "CUDA's generator", "torch.manual_seed(0)");

    private final String hazard;
    private final String title;
    private final String remedy;

    GlobalGenerator(String hazard, String title, String remedy) {
        this.hazard = hazard;
        this.title = title;
        this.remedy = remedy;
    }

    /// The hazard of drawing from it without a seed.
    String hazard() {
        return hazard;
    }

    /// How a message calls it.
    String title() {
        return title;
    }

    /// The call that seeds it.
    String remedy() {
        return remedy;
    }
}
