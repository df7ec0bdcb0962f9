"""Fit the exclusive-or of two bits with a small network."""

import random

import numpy as np
import torch
import torch.nn as nn

random.seed(1)
np.random.seed(1)
torch.manual_seed(1)


class Xor(nn.Module):
    def __init__(self, hidden=8):
        super().__init__()
        self.inner = nn.Linear(2, hidden)
        self.outer = nn.Linear(hidden, 1)

    def forward(self, bits):
        return self.outer(torch.tanh(self.inner(bits)))


def main():
    bits = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    target = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    model = Xor()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for step in range(30):
        loss = nn.functional.mse_loss(model(bits), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print("loss", round(loss.item(), 6))


if __name__ == "__main__":
    main()
