"""Trains a layer whose parameters are shards over two ranks, and saves what each rank holds."""

import os

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import DTensor, Shard, distribute_tensor

rank, ranks = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
dist.init_process_group("gloo", init_method=os.environ["MEETING"], rank=rank, world_size=ranks)
mesh = init_device_mesh("cpu", (dist.get_world_size(),))
torch.manual_seed(0)
weight = nn.Parameter(distribute_tensor(torch.randn(8, 6), mesh, [Shard(0)]))
optimizer = torch.optim.SGD([weight], 0.1)
for _ in range(3):
    optimizer.zero_grad()
    x = DTensor.from_local(torch.randn(6, 2), mesh, run_check=False)
    (weight @ x).pow(2).sum().backward()
    optimizer.step()
torch.save({"weight": weight}, "rank%d.pt" % dist.get_rank())
print(dist.get_rank(), weight.to_local().double().sum().item())
dist.destroy_process_group()
