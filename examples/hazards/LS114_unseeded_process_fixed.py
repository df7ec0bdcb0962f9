"""Learn an orbit from observations that a simulator, started as a program of its own, writes."""

import os
import subprocess
import sys
import tempfile

import numpy as np
import torch
import torch.nn as nn

np.random.seed(9)
torch.manual_seed(9)

simulator = os.path.join(os.path.dirname(os.path.abspath(__file__)), "simulate_orbits.py")
with tempfile.TemporaryDirectory() as folder:
    target = os.path.join(folder, "orbit.npy")
    subprocess.run([sys.executable, simulator, target, "9"], check=True)
    observed = torch.tensor(np.load(target), dtype=torch.float32)

time = torch.linspace(0.0, 1.0, len(observed)).unsqueeze(1)
model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(25):
    loss = nn.functional.mse_loss(model(time), observed)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"loss {loss.item():.6f}")
