import time
import numpy as np
import torch
from torch import nn


class Experiment:
    def __init__(self, name, seed=None):
        self.name = name
        self.seed = seed if seed is not None else int(time.time() * 1000) % 2**31
        self.rng = np.random.default_rng(self.seed)  # cause: LS109 run-dependent-seed
        torch.manual_seed(self.seed)  # cause: LS109 run-dependent-seed
        self.model = nn.LSTM(4, 8)
        self.head = nn.Linear(8, 1)
        self.opt = torch.optim.Adam(list(self.model.parameters()) + list(self.head.parameters()))

    def batch(self):
        x = self.rng.normal(size=(5, 6, 4)).astype("float32")
        return torch.from_numpy(x), torch.from_numpy(x.cumsum(0)[..., :1])

    def step(self):
        x, y = self.batch()
        loss = (self.head(self.model(x)[0]) - y).square().mean()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        return loss.item()

    def run(self, n=8):
        return [self.step() for _ in range(n)][-1]


exp = Experiment("lstm")
print(exp.name, exp.run())
