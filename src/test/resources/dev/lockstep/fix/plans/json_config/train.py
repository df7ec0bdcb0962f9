import json
import os

import torch
from torch.utils.data import *

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "a08_cfg.json")) as f:
    cfg = json.load(f)

print("seed from config:", cfg["seed"])
x = torch.arange(64.).view(64, 1) / 64
ds = TensorDataset(x, x ** 2)
tr, va = random_split(ds, [48, 16])  # cause: LS104 torch
loader = DataLoader(tr, batch_size=cfg["batch_size"], shuffle=True)
net = torch.nn.Sequential(torch.nn.Linear(1, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
opt = torch.optim.SGD(net.parameters(), lr=cfg["lr"])
for epoch in range(3):
    for a, b in loader:
        loss = (net(a) - b).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
print(loss.item())
