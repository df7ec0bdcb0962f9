import numpy as np
import torch

TABLE = torch.randn(3, 1)  # cause: LS104 torch


def make_batch():
    return torch.as_tensor(np.random.standard_normal((8, 3)), dtype=torch.float32)  # cause: LS102 numpy
