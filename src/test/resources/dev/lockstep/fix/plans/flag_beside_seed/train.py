import argparse
import random

import numpy as np
import torch


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fix-seed", action="store_true", help="seed the run")
    parser.add_argument("--seed", type=int, default=2021)
    args = parser.parse_args()
    if args.fix_seed:
        set_seed(args.seed)
    print(torch.nn.Linear(2, 2).weight)  # cause: LS104 torch


if __name__ == "__main__":
    main()
