import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

torch.manual_seed(11)


class Aug(Dataset):
    def __init__(self):
        self.base = np.linspace(-1, 1, 40)
        self.rng = np.random.default_rng()  # cause: LS103 numpy-generator

    def __len__(self):
        return 40

    def __getitem__(self, i):
        return torch.tensor([self.base[i] + self.rng.normal(0, .1)], dtype=torch.float32)


def worker_init_fn(worker_id):
    pass


if __name__ == "__main__":
    dl = DataLoader(Aug(), batch_size=8, num_workers=2, shuffle=True, worker_init_fn=worker_init_fn)
    net = torch.nn.Linear(1, 1)
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    for epoch in range(2):
        for x in dl:
            loss = (net(x) - x).abs().mean()
            opt.zero_grad()
            loss.backward()
            opt.step()
    print(loss.item())
