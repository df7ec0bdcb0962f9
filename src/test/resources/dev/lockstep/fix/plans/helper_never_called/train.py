import random

import numpy as np
import torch
import torch.nn as nn


class Config:
    seed = 1337
    steps = 10
    width = 12


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def train(cfg):
    x = np.random.randn(40, 3).astype("float32")  # cause: LS102 numpy
    model = nn.Sequential(nn.Linear(3, cfg.width), nn.ReLU(), nn.Linear(cfg.width, 1))  # cause: LS104 torch
    opt = torch.optim.SGD(model.parameters(), lr=0.05)
    for _ in range(cfg.steps):
        i = random.randrange(30)  # cause: LS101 python
        xb = torch.from_numpy(x[i:i + 10])
        loss = (model(xb) - xb.prod(1, keepdim=True)).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    return loss.item()


if __name__ == "__main__":
    cfg = Config()
    print(train(cfg))
