import random

import torch


def batches(n=5):
    for _ in range(n):
        x = torch.tensor([[random.random(), random.random()] for _ in range(4)])  # cause: LS101 python
        yield x, x.sum(1, keepdim=True)
