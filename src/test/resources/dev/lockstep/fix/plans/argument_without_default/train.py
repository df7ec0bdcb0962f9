import argparse
import random

import numpy as np
import torch
from torch import nn

parser = argparse.ArgumentParser(description="toy")
parser.add_argument("--epochs", default=3, type=int)
parser.add_argument("--seed", default=None, type=int, help="seed for initializing training. ")


def main():
    args = parser.parse_args()

    if args.seed is not None:
        random.seed(args.seed)
        torch.manual_seed(args.seed)

    data = torch.randn(60, 5)  # cause: LS104 torch
    target = (data.sum(1) > 0).long()
    model = nn.Linear(5, 2)
    opt = torch.optim.SGD(model.parameters(), 0.1)
    order = list(range(60))
    for epoch in range(args.epochs):
        random.shuffle(order)  # cause: LS101 python
        for i in range(0, 60, 20):
            idx = order[i:i + 20]
            noise = torch.as_tensor(np.random.normal(0, .01, (20, 5)), dtype=torch.float32)  # cause: LS102 numpy
            loss = nn.functional.cross_entropy(model(data[idx] + noise), target[idx])
            opt.zero_grad(); loss.backward(); opt.step()
    print(float(loss))


if __name__ == "__main__":
    main()
