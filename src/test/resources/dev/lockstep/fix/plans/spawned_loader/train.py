"""Two ranks, each with a loader of its own that shuffles in a method."""

import argparse
import random

import torch
import torch.multiprocessing as mp


class Shuffled:
    def __init__(self, values):
        self.values = list(values)

    def __iter__(self):
        random.shuffle(self.values)  # cause: LS114 process-seed
        return iter(self.values)


def worker(rank, world, args):
    torch.manual_seed(args.seed)
    for value in Shuffled(range(rank, 8, world)):
        print(rank, value)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    random.seed(args.seed)
    mp.spawn(worker, args=(2, args), nprocs=2)
