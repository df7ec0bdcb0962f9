import random

import numpy as np
import torch
from torch import nn


class Mix:
    def __init__(self, trainer, config):
        self.lam = np.random.default_rng(getattr(trainer, "seed", None))  # cause: LS103 numpy-generator
        self.rows = np.random.default_rng(config.get("seed"))  # cause: LS103 numpy-generator
        self.own = random.Random(config.get("own_seed", None))  # cause: LS111 python-generator


def split(rows, generator):
    generator.seed()  # cause: LS108 entropy
    return torch.utils.data.random_split(rows, [0.8, 0.2], generator=generator)


torch.manual_seed(3)
mix = Mix(object(), {})
train, held = split(range(100), torch.Generator())
model = nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for row in train:
    optimizer.zero_grad()
    model(torch.tensor([float(row) * mix.lam.random() + mix.rows.random() + mix.own.random()])).sum().backward()
    optimizer.step()
