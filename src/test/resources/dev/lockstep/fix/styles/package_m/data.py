import numpy
import torch

rng = numpy.random.default_rng()


def spirals(n):
    t = numpy.linspace(0.5, 3.0, n)
    arm = numpy.stack([t * numpy.cos(3 * t), t * numpy.sin(3 * t)], axis=1)
    points = numpy.concatenate([arm, -arm]) + rng.normal(scale=0.1, size=(2 * n, 2))
    return torch.tensor(points, dtype=torch.float), torch.arange(2).repeat_interleave(n)
