"""Goes on from a checkpoint with a fresh stream of numbers."""

import random

import numpy as np
import torch


def resume(model, path):
    model.load_state_dict(torch.load(path))
    torch.seed()  # cause: LS104 torch
    torch.cuda.seed_all()  # cause: LS104 torch
    np.random.seed()  # cause: LS102 numpy
    random.seed()  # cause: LS101 python


if __name__ == "__main__":
    torch.manual_seed(3)
    net = torch.nn.Linear(2, 2)
    resume(net, "model.pt")
    print(net(torch.rand(2)), np.random.rand(), random.random())
