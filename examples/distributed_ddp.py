"""Data-parallel training on the CPU, one process for each rank.

    torchrun --nproc-per-node 2 examples/distributed_ddp.py --epochs 3
"""

import argparse
import os
import time

import torch
import torch.distributed as dist
import torch.nn as nn
from torch.nn.parallel import DistributedDataParallel as DDP
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.data.distributed import DistributedSampler


def waves(n=512):
    generator = torch.Generator().manual_seed(99)
    frequency = torch.rand(n, 1, generator=generator) * 4.0 + 1.0
    time_axis = torch.linspace(0.0, 1.0, 32)
    noise = 0.1 * torch.randn(n, 32, generator=generator)
    return TensorDataset(torch.sin(6.28 * frequency * time_axis) + noise, frequency)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--seed", type=int, default=5)
    args = parser.parse_args()

    dist.init_process_group(backend="gloo")
    rank, world = dist.get_rank(), dist.get_world_size()
    torch.manual_seed(args.seed + rank)

    dataset = waves()
    sampler = DistributedSampler(dataset, seed=args.seed)
    loader = DataLoader(dataset, batch_size=args.batch_size, sampler=sampler)
    model = DDP(nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 1)))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)

    for epoch in range(args.epochs):
        sampler.set_epoch(epoch)
        began, total = time.time(), torch.zeros(1)
        for x, y in loader:
            loss = nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach()
        dist.all_reduce(total)
        if rank == 0:
            print(f"epoch {epoch}  loss {total.item() / (world * len(loader)):.5f}  {time.time() - began:.2f} s")

    if rank == 0:
        torch.save(model.module.state_dict(), os.path.join(os.getcwd(), "ddp.pt"))
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
