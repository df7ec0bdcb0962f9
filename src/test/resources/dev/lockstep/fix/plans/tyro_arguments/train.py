# docs and experiment results can be found elsewhere
import os
import random
import time
from dataclasses import dataclass

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import tyro


@dataclass
class Args:
    exp_name: str = os.path.basename(__file__)[: -len(".py")]
    """the name of this experiment"""
    seed: int = 1
    """seed of the experiment"""
    torch_deterministic: bool = True
    """if toggled, `torch.backends.cudnn.deterministic=False`"""
    total_timesteps: int = 100


if __name__ == "__main__":
    args = tyro.cli(Args)
    run_name = f"{args.exp_name}__{args.seed}__{int(time.time())}"
    agent = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2))  # cause: LS104 torch
    buffer = [random.random() for _ in range(10)]  # cause: LS101 python
    noise = np.random.randn(3)  # cause: LS102 numpy
    print(run_name, agent(torch.ones(4)), noise, buffer)
