import argparse
import random

import numpy as np
import torch


def seed_everything(number):
    random.seed(number)
    np.random.seed(number)
    torch.manual_seed(number)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=None, help="a number (random if omitted)")
    parser.add_argument("--epochs", type=int, default=2)
    args = parser.parse_args()
    if args.seed is not None:
        seed_everything(args.seed)
    rows = np.random.RandomState(args.seed)  # cause: LS103 numpy-generator
    table = rows.normal(size=(40, 5)).astype(np.float32)
    layer = torch.nn.Linear(5, 1)  # cause: LS104 torch
    optimizer = torch.optim.Adam(layer.parameters())
    for _ in range(args.epochs):
        loss = layer(torch.from_numpy(table)).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
