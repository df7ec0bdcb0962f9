"""Linear regression, starting from zero, on mini-batches in random order."""

import numpy as np
import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

rng = np.random.default_rng(21)
features = rng.normal(size=(160, 6))
prices = features @ np.array([3.0, -1.0, 0.5, 0.0, 2.0, -0.25]) + rng.normal(0.0, 0.3, size=160)

dataset = TensorDataset(
    torch.tensor(features, dtype=torch.float32), torch.tensor(prices, dtype=torch.float32)
)
generator = torch.Generator().manual_seed(21)
loader = DataLoader(dataset, batch_size=20, shuffle=True, generator=generator)

weight = torch.zeros(6, requires_grad=True)
bias = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([weight, bias], lr=0.05)

for epoch in range(3):
    for x, y in loader:
        loss = F.mse_loss(x @ weight + bias, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}  loss {loss.item():.6f}")
