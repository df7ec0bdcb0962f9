"""What `lockstep doctor` runs under the agent: a loader, a model, two steps, and what this torch can do."""

import json
import sys

import torch
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
data = TensorDataset(torch.randn(32, 4), torch.randn(32, 1))
model = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for inputs, targets in DataLoader(data, batch_size=16, shuffle=True, num_workers=1):
    optimizer.zero_grad()
    torch.nn.functional.mse_loss(model(inputs), targets).backward()
    optimizer.step()

devices = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
answer = {
    "torch": torch.__version__,
    "threads": torch.get_num_threads(),
    "cuda": torch.version.cuda,
    "devices": devices,
    "compile": hasattr(torch, "compile"),
}
json.dump(answer, sys.stdout)
