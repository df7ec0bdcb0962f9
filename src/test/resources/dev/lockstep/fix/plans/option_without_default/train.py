import argparse
import os
import random

import numpy as np
import torch


def set_seed(args):
    random.seed(args.seed)
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)


class Model(torch.nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.fc = torch.nn.Linear(dim, dim)  # cause: LS104 torch

    def forward(self, x):
        return self.fc(x)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dim", default=4, type=int)
    parser.add_argument("--seed", type=int)
    args = parser.parse_args()
    if args.seed:
        set_seed(args)
    model = Model(args.dim)
    opt = torch.optim.AdamW(model.parameters(), lr=0.01)
    for _ in range(5):
        x = torch.tensor(np.random.rand(4, args.dim), dtype=torch.float32)  # cause: LS102 numpy
        loss = (model(x) - x).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(loss.item())


if __name__ == "__main__":
    main()
