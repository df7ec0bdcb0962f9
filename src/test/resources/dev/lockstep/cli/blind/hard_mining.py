"""Fit a function; from step 40 on, hard examples are mined and trained on again."""

import logging
import numpy as np
import torch
from torch import nn

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
log = logging.getLogger("train")


def seed_everything(seed=42):
    import random
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


class HardMiner:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def mine(self, model, k=16):
        rng = np.random.default_rng()
        idx = rng.choice(len(self.x), size=128, replace=False)
        with torch.no_grad():
            err = (model(self.x[idx]) - self.y[idx]).pow(2).squeeze(1)
        return torch.as_tensor(idx)[err.argsort(descending=True)[:k]]


class Trainer:
    def __init__(self, model, x, y, lr=1e-2):
        self.model, self.x, self.y = model, x, y
        self.opt = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
        self.miner = HardMiner(x, y)
        self.extra = None

    def fit(self, steps=80):
        for step in range(steps):
            if step and step % 40 == 0:
                self.extra = self.miner.mine(self.model)
                log.info("step %d: mined %d hard examples", step, len(self.extra))
            idx = torch.randint(len(self.x), (32,))
            if self.extra is not None:
                idx = torch.cat([idx, self.extra])
            loss = nn.functional.mse_loss(self.model(self.x[idx]), self.y[idx])
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.opt.step()
        log.info("final loss %.5f", loss.item())


if __name__ == "__main__":
    seed_everything()
    x = torch.randn(512, 10)
    y = x @ torch.randn(10, 1) + 0.1 * torch.randn(512, 1)
    Trainer(nn.Sequential(nn.Linear(10, 32), nn.Tanh(), nn.Linear(32, 1)), x, y).fit()
