"""Classify points of two spirals."""

import math
import random

import numpy as np
import torch
import torch.nn as nn


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def spirals(n=80):
    t = np.linspace(0.3, 1.0, n) * 2.5 * math.pi
    arm = np.stack([t * np.cos(t), t * np.sin(t)], axis=1) / 8.0
    points = np.concatenate([arm, -arm]) + np.random.normal(0.0, 0.02, size=(2 * n, 2))
    return torch.tensor(points, dtype=torch.float32), torch.arange(2).repeat_interleave(n)


model = nn.Sequential(
    nn.Linear(2, 32),  # cause: LS110 torch
    nn.ReLU(),
    nn.Dropout(0.1),
    nn.Linear(32, 2),
)

set_seed(42)
points, labels = spirals()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
for step in range(20):
    loss = nn.functional.cross_entropy(model(points), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"loss {loss.item():.6f}")
