"""Predict a sine; `--seed` is there."""

import argparse, random
import torch
from torch import nn

p = argparse.ArgumentParser()
p.add_argument("--seed", type=int, default=None)
p.add_argument("--steps", type=int, default=20)
args = p.parse_args()
if args.seed is not None:
    random.seed(args.seed)
    torch.manual_seed(args.seed)


def augment(seq):
    if random.random() < 0.5:
        seq = seq.flip(0)
    k = random.randint(0, 3)
    return torch.roll(seq, k)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(1, 16, batch_first=True)
        self.fc = nn.Linear(16, 1)

    def forward(self, x):
        o, h = self.gru(x)
        return self.fc(h[-1])


model = Model()
optim = torch.optim.RMSprop(model.parameters(), lr=1e-3)
base = torch.sin(torch.linspace(0, 30, 400))
for i in range(args.steps):
    xs, ys = [], []
    for j in range(16):
        s = (i * 16 + j) % 300
        xs.append(augment(base[s:s + 24].clone()))
        ys.append(base[s + 24])
    pred = model(torch.stack(xs).unsqueeze(-1)).squeeze(-1)
    loss = (pred - torch.stack(ys)).pow(2).mean()
    optim.zero_grad(); loss.backward(); optim.step()
    if i % 5 == 0:
        print(i, loss.item())
