import os, random
import numpy as np
import torch


def setup(seed):
    os.makedirs("out", exist_ok=True)
    torch.set_printoptions(precision=4)
    _fix(seed)


def _fix(seed):
    random.seed(seed); np.random.seed(seed); torch.manual_seed(seed)
