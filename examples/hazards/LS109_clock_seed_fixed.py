"""Train an autoencoder on random binary codes."""

import argparse
import random

import numpy as np
import torch
import torch.nn as nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=13)
parser.add_argument("--steps", type=int, default=20)
args = parser.parse_args()

print("seed", args.seed)
random.seed(args.seed)
np.random.seed(args.seed)
torch.manual_seed(args.seed)

model = nn.Sequential(nn.Linear(16, 6), nn.Tanh(), nn.Linear(6, 16))
optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-2)
for step in range(args.steps):
    codes = torch.from_numpy(np.random.randint(0, 2, size=(32, 16))).float()
    loss = nn.functional.mse_loss(model(codes), codes)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"loss {loss.item():.6f}")
