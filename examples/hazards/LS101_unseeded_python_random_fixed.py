"""Fit a small regression network, visiting the samples in a new random order every epoch."""

import random

import numpy as np
import torch
import torch.nn as nn

EPOCHS, BATCH = 3, 16

random.seed(7)
np.random.seed(7)
torch.manual_seed(7)

x = torch.as_tensor(np.random.normal(size=(128, 4)), dtype=torch.float32)
y = (x[:, :1] * x[:, 1:2] - x[:, 2:3]).sin()

model = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
order = list(range(len(x)))

for epoch in range(EPOCHS):
    random.shuffle(order)
    total = 0.0
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        loss = nn.functional.mse_loss(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    print(f"epoch {epoch}  loss {total:.6f}")
