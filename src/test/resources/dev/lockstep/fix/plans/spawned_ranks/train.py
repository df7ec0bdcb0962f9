import os

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn
from torch.nn.parallel import DistributedDataParallel as DDP


def setup(rank, world_size):
    os.environ["MASTER_ADDR"] = "127.0.0.1"
    os.environ.setdefault("MASTER_PORT", "29587")
    dist.init_process_group("gloo", rank=rank, world_size=world_size)


def cleanup():
    dist.destroy_process_group()


def train(rank, world_size, epochs):
    setup(rank, world_size)
    model = DDP(nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 1)))  # cause: LS114 process-seed
    opt = torch.optim.SGD(model.parameters(), lr=0.05)
    for epoch in range(epochs):
        x = torch.randn(16, 8)
        loss = (model(x) - x.mean(1, keepdim=True)).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    if rank == 0:
        print("loss", loss.item())
    cleanup()


if __name__ == "__main__":
    world_size = 2
    mp.spawn(train, args=(world_size, 4), nprocs=world_size, join=True)
