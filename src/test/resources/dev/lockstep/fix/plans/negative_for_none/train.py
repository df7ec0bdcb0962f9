import argparse
import random

import numpy as np
import torch


def init_random(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("-s", "--seed", type=int, default=-1, help="negative: not seeded")
    p.add_argument("--width", type=int, default=4)
    args = p.parse_args()
    if args.seed >= 0:
        init_random(args.seed)
    print(torch.nn.Linear(args.width, 2).weight)  # cause: LS104 torch


if __name__ == "__main__":
    main()
