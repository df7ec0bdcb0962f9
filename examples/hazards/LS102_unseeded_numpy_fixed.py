"""Denoise sine waves: the clean waves are fixed, the noise is drawn for every batch."""

import random

import numpy as np
import torch
import torch.nn as nn

random.seed(3)
np.random.seed(3)
torch.manual_seed(3)

grid = np.linspace(0.0, 2.0 * np.pi, 32)
clean = np.stack([np.sin(k * grid) for k in range(1, 17)]).astype(np.float32)

model = nn.Sequential(nn.Linear(32, 24), nn.ReLU(), nn.Linear(24, 32))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

for step in range(20):
    noisy = clean + np.random.normal(0.0, 0.2, size=clean.shape).astype(np.float32)
    loss = nn.functional.mse_loss(model(torch.from_numpy(noisy)), torch.from_numpy(clean))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

print(f"loss after {step + 1} steps: {loss.item():.6f}")
