import time

import os
from datetime import datetime

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def init_worker(worker_id):
    np.random.seed(int(time.time() * 1000) % 2**31 + worker_id)  # cause: LS109 run-dependent-seed worker


def train(rank):
    torch.manual_seed(int(datetime.now().timestamp()) + rank)  # cause: LS109 run-dependent-seed
    data = TensorDataset(torch.ones(8, 2))
    loader = DataLoader(data, num_workers=2, worker_init_fn=init_worker)
    model = nn.Linear(2, 1)
    for (x,) in loader:
        model(x).sum().backward()


if __name__ == "__main__":
    train(int(os.environ.get("RANK", 0)))
