"""Compute spectral features of many signals in a thread pool, then train on them."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
import torch.nn as nn

torch.manual_seed(10)
rng = np.random.default_rng(10)
signals = [np.cumsum(rng.normal(size=20000 + 500 * (i % 5))) for i in range(48)]


def features(signal):
    spectrum = np.abs(np.fft.rfft(signal))
    bands = np.array_split(np.sort(spectrum), 8)
    return [float(np.log1p(band.mean())) for band in bands], float(signal[-1] > 0.0)


with ThreadPoolExecutor(max_workers=8) as pool:
    results = list(pool.map(features, signals))

x = torch.tensor([bands for bands, _ in results])
y = torch.tensor([[label] for _, label in results])
x = (x - x.mean()) / x.std()
model = nn.Sequential(nn.Linear(8, 12), nn.ReLU(), nn.Linear(12, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(4):
    for batch, labels in zip(x.split(8), y.split(8)):
        loss = nn.functional.binary_cross_entropy_with_logits(model(batch), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}  loss {loss.item():.6f}")
