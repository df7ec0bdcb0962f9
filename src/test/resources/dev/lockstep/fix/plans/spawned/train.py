import torch
import torch.multiprocessing as mp
import torch.nn as nn


def worker(rank, queue):
    x = torch.randn(16, 2)  # cause: LS114 process-seed
    net = nn.Linear(2, 1)
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(3):
        loss = (net(x) - x.sum(1, keepdim=True)).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    queue.put((rank, loss.item()))


def main():
    torch.manual_seed(0)
    queue = mp.get_context("spawn").SimpleQueue()
    mp.spawn(worker, args=(queue,), nprocs=2, join=True)
    for rank, loss in sorted(queue.get() for _ in range(2)):
        print(rank, loss)


if __name__ == "__main__":
    main()
