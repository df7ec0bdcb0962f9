"""Classify flowers-like measurements with batch normalisation; 90 samples in batches of 15."""

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(8)

centres = torch.tensor([[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]])
species = torch.arange(3).repeat_interleave(30)
measurements = centres[species] + 0.3 * torch.randn(90, 4)

generator = torch.Generator().manual_seed(8)
loader = DataLoader(
    TensorDataset(measurements, species), batch_size=15, shuffle=True, generator=generator
)

model = nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(3):
    correct = 0
    for x, y in loader:
        scores = model(x)
        loss = nn.functional.cross_entropy(scores, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        correct += (scores.argmax(1) == y).sum().item()
    print(f"epoch {epoch}  loss {loss.item():.6f}  accuracy {correct / len(species):.3f}")
