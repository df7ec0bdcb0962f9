import random

import numpy as np
import torch

config = {
    "lr": 0.1,
    "seed": None,
    "steps": 3,
}


def seed_everything(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def train(config):
    if config["seed"] is not None:
        seed_everything(config["seed"])
    model = torch.nn.Linear(2, 2)  # cause: LS104 torch
    print(model.weight)


train(config)
