import argparse

import torch
import torch.multiprocessing as mp
import torch.nn as nn


def worker(rank, world_size, options):
    net = nn.Linear(3, 1)  # cause: LS114 process-seed
    print(rank, world_size, net.weight.sum().item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--world-size", type=int, default=2)
    parser.add_argument("--seed", type=int, default=5)
    opt = parser.parse_args()
    torch.manual_seed(opt.seed)
    mp.spawn(worker, args=(opt.world_size, opt), nprocs=opt.world_size, join=True)
