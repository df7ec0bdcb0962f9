"""A parameter server: the first process adds up the gradients of three others one after the other."""

import os
import tempfile

import torch
import torch.distributed as dist
import torch.multiprocessing as mp

WORKERS, STEPS, FEATURES = 3, 25, 256


def serve():
    weight = torch.zeros(FEATURES, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.02)
    gradient = torch.empty(FEATURES)
    for step in range(STEPS):
        dist.broadcast(weight.data, src=0)
        optimizer.zero_grad()
        weight.grad = torch.zeros(FEATURES)
        for rank in range(1, WORKERS + 1):
            dist.recv(gradient, src=rank)
            weight.grad += gradient / WORKERS
        optimizer.step()
    print(f"length of the weights {weight.double().norm().item():.12f}")


def work(rank):
    torch.manual_seed(100 + rank)
    inputs = torch.randn(2000, FEATURES)
    targets = inputs.sin().sum(dim=1)
    weight = torch.zeros(FEATURES, requires_grad=True)
    for step in range(STEPS):
        dist.broadcast(weight.data, src=0)
        loss = (inputs @ weight - targets).pow(2).mean()
        (gradient,) = torch.autograd.grad(loss, [weight])
        dist.send(gradient, dst=0)


def start(rank, rendezvous):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=rendezvous, rank=rank, world_size=WORKERS + 1)
    if rank == 0:
        serve()
    else:
        work(rank)
    dist.barrier()
    dist.destroy_process_group()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        rendezvous = "file://" + os.path.join(folder, "rendezvous")
        mp.start_processes(start, args=(rendezvous,), nprocs=WORKERS + 1, start_method="fork")
