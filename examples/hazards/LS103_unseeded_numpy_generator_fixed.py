"""Learn a noisy ring with a classifier; the points come from NumPy's newer generator interface."""

import numpy as np
import torch
import torch.nn as nn

torch.manual_seed(0)
np.random.seed(0)


class Ring:
    """Points in the plane, inside or outside of a circle, with label noise."""

    def __init__(self, noise=0.05, seed=0):
        self.noise = noise
        self.rng = np.random.default_rng(seed)

    def sample(self, n):
        points = self.rng.uniform(-1.0, 1.0, size=(n, 2))
        inside = (points**2).sum(axis=1) < 0.5
        flipped = inside ^ (self.rng.random(n) < self.noise)
        return torch.tensor(points, dtype=torch.float32), torch.tensor(flipped.astype(np.float32))


ring = Ring()
model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)

for step in range(25):
    points, labels = ring.sample(64)
    loss = nn.functional.binary_cross_entropy_with_logits(model(points).squeeze(1), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 5 == 0:
        print(f"step {step:3d}  loss {loss.item():.5f}")
