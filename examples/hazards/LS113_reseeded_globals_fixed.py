"""Train a generator of handwriting-like strokes and look at a sample after every epoch."""

import torch
import torch.nn as nn

torch.manual_seed(1234)


def preview(model):
    """A few strokes from the same noise every time, so that epochs can be compared by eye."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        return model(torch.randn(3, 4, generator=generator))


model = nn.Sequential(nn.Linear(4, 24), nn.ReLU(), nn.Dropout(0.2), nn.Linear(24, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
curve = torch.sin(torch.linspace(0.0, 3.0, 10))

for epoch in range(3):
    model.train()
    for step in range(8):
        noise = torch.randn(32, 4)
        loss = (model(noise) - curve * (1.0 + noise[:, :1])).abs().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    print(f"epoch {epoch}  loss {loss.item():.5f}  preview {preview(model)[0, :3].tolist()}")
