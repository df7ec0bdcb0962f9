"""Uncertainty by dropout; nothing is trained."""

import numpy as np
import torch
from torch import nn

torch.manual_seed(3)
model = nn.Sequential(nn.Linear(5, 20), nn.ReLU(), nn.Dropout(0.5), nn.Linear(20, 1))
x = torch.linspace(-1, 1, 50).unsqueeze(1).repeat(1, 5)
torch.seed()
model.train()  # MC dropout
with torch.no_grad():
    preds = torch.stack([model(x) for _ in range(20)])
print("mean", preds.mean().item(), "std", preds.std(0).mean().item())
np.savez("mc.npz", mean=preds.mean(0).numpy(), std=preds.std(0).numpy())
