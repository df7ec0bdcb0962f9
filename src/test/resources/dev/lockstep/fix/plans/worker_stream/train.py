import random
import torch
from torch.utils.data import DataLoader, IterableDataset


class Stream(IterableDataset):
    def __iter__(self):
        rng = random.Random()  # cause: LS202 python-generator worker
        for _ in range(16):
            yield torch.tensor([rng.random()])


def main():
    torch.manual_seed(0)
    loader = DataLoader(Stream(), batch_size=4, num_workers=2)
    net = torch.nn.Linear(1, 1)
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    for x in loader:
        loss = (net(x) - 2 * x).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(loss.item())


if __name__ == "__main__":
    main()
