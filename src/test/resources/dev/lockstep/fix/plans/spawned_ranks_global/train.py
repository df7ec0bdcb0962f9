import random

import torch
import torch.multiprocessing as mp
from torch import nn

best = 0


def main_worker(rank, world):
    """One rank."""
    global best
    model = nn.Linear(4, 1)  # cause: LS114 process-seed
    for _ in range(2):
        train(model)


def train(model):
    """One epoch."""
    loss = model(torch.randn(8, 4)).sum()  # cause: LS114 process-seed
    loss.backward()


if __name__ == "__main__":
    random.seed(1)
    mp.spawn(main_worker, nprocs=2, args=(2,))
