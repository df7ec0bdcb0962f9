from dataclasses import dataclass, field
from typing import List, Optional
import random

import numpy as np
import torch
from torch import nn


@dataclass
class OptimConfig:
    lr: float = 1e-3
    betas: tuple = (0.9, 0.95)


@dataclass
class Config:
    hidden: List[int] = field(default_factory=lambda: [32, 32])
    steps: int = 15
    batch_size: int = 32
    # leave None for a fresh run each time
    seed: Optional[int] = None
    optim: OptimConfig = field(default_factory=OptimConfig)


def seed_all(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def make_model(cfg: Config) -> nn.Module:
    sizes = [4] + cfg.hidden + [1]
    layers: List[nn.Module] = []
    for i, o in zip(sizes[:-1], sizes[1:]):
        layers += [nn.Linear(i, o), nn.GELU()]  # cause: LS104 torch
    return nn.Sequential(*layers[:-1])


def run(cfg: Config) -> float:
    if cfg.seed is not None:
        seed_all(cfg.seed)
    model = make_model(cfg)
    opt = torch.optim.Adam(model.parameters(), lr=cfg.optim.lr, betas=cfg.optim.betas)
    for step in range(cfg.steps):
        x = torch.randn(cfg.batch_size, 4)
        y = x.prod(dim=1, keepdim=True)
        loss = nn.functional.mse_loss(model(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
    return loss.item()


if __name__ == "__main__":
    print(run(Config()))
