import torch
import torch.nn as nn
from helpers import make_batch, TABLE

model = nn.Linear(3, 1)  # cause: LS104 torch


def step(opt):
    x = make_batch()
    loss = (model(x) - x @ TABLE).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
    return loss.item()


if __name__ == "__main__":
    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(5):
        last = step(opt)
    print(last)
