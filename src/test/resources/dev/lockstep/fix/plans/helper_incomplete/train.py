import os
import random

import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset


def seed_everything(seed: int = 2021):
    random.seed(seed)
    os.environ["PYTHONHASHSEED"] = str(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed(seed)
    torch.backends.cudnn.deterministic = True


class Noisy(Dataset):
    def __init__(self, n=48):
        self.x = np.linspace(0, 1, n, dtype=np.float32)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return np.float32(self.x[i] + np.random.normal(0, 0.1)), self.x[i]  # cause: LS102 numpy


CFG = {"seed": 2021, "bs": 16}


def run():
    seed_everything(CFG["seed"])
    loader = DataLoader(Noisy(), batch_size=CFG["bs"], shuffle=True)
    net = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1))
    opt = torch.optim.AdamW(net.parameters())
    for _ in range(2):
        for a, b in loader:
            loss = (net(a[:, None]) - b[:, None]).abs().mean()
            opt.zero_grad()
            loss.backward()
            opt.step()
    print("loss", loss.item())


run()
