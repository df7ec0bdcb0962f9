"""Classify customers with a network; which segment a customer is in comes from k-means."""

import numpy as np
import torch
import torch.nn as nn
from sklearn.cluster import KMeans

torch.manual_seed(0)
data = np.random.default_rng(0)

customers = data.normal(size=(240, 5))
bought = (customers[:, 0] + 0.5 * customers[:, 1] ** 2 > 0.5).astype(np.float32)

segments = KMeans(n_clusters=6, n_init=1, init="random", random_state=0).fit_predict(customers)
features = np.concatenate([customers, np.eye(6)[segments]], axis=1)

x = torch.tensor(features, dtype=torch.float32)
y = torch.tensor(bought).unsqueeze(1)
model = nn.Sequential(nn.Linear(11, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(15):
    loss = nn.functional.binary_cross_entropy_with_logits(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"loss {loss.item():.6f}, customers per segment {np.bincount(segments)}")
