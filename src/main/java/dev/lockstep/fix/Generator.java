package dev.lockstep.fix;

import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A shared generator that a script can seed, and how.
enum Generator {
    PYTHON("random", "random", "import random", "random.seed"),
    NUMPY("numpy", "np", "import numpy as np", "numpy.random.seed"),
    TORCH("torch", "torch", "import torch", "torch.manual_seed");

    private static final Map<String, Generator> BY_PIN =
            Map.of(
                    "python", PYTHON, "numpy", NUMPY, "torch", TORCH, "cuda", TORCH, "loader",
                    TORCH);

    private static final Map<String, Generator> BY_FUNCTION =
            Map.of(
                    "random.seed", PYTHON,
                    "numpy.random.seed", NUMPY,
                    "torch.manual_seed", TORCH,
                    "torch.random.manual_seed", TORCH);

    /// The module that must be imported.
    final String module;

    /// The usual name for it.
    final String usual;

    /// The import when there is none.
    final String importLine;

    /// The function that seeds it, by its full name.
    final String function;

    Generator(String module, String usual, String importLine, String function) {
        this.module = module;
        this.usual = usual;
        this.importLine = importLine;
        this.function = function;
    }

    /// The generator that a pin seeds.
    static Optional<Generator> ofPin(String pin) {
        return Optional.ofNullable(BY_PIN.get(pin));
    }

    /// The generator that a function seeds, by the function's full name.
    static Optional<Generator> ofFunction(String function) {
        return Optional.ofNullable(BY_FUNCTION.get(function));
    }

    /// The generators of both sets.
    static Set<Generator> union(Set<Generator> some, Set<Generator> others) {
        var all = EnumSet.noneOf(Generator.class);
        all.addAll(some);
        all.addAll(others);
        return all;
    }

    /// The generators of the first set that are not in the second.
    static Set<Generator> without(Set<Generator> all, Set<Generator> some) {
        var left = EnumSet.noneOf(Generator.class);
        left.addAll(all);
        left.removeAll(some);
        return left;
    }
}
