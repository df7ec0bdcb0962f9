import numpy as np
import torch
from torch import nn

SPEAKERS = [f"speaker{number:02d}" for number in range(40)]


def which_set(name, held_out=20):
    part = hash(name) % 100  # cause: LS107 hash-seed
    return "test" if part < held_out else "train"


rng = np.random.default_rng(8)
torch.manual_seed(8)
x = torch.from_numpy(np.stack([rng.normal(size=4) for name in SPEAKERS if which_set(name) == "train"]))
net = nn.Linear(4, 1).double()
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(4):
    loss = net(x).square().mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
print(loss.item())
