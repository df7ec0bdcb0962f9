import numpy as np
import torch
from torch.utils.data import DataLoader, Sampler, TensorDataset


class Balanced(Sampler):
    def __init__(self, labels):
        self.labels = np.asarray(labels)

    def __iter__(self):
        zero = np.random.permutation(np.flatnonzero(self.labels == 0))  # cause: LS102 numpy
        one = np.random.permutation(np.flatnonzero(self.labels == 1))
        return iter(np.stack([zero, one], 1).ravel().tolist())

    def __len__(self):
        return len(self.labels)


torch.manual_seed(3)
labels = [0, 1] * 20
x = torch.linspace(0, 1, 40)[:, None]
loader = DataLoader(TensorDataset(x, torch.tensor(labels)), batch_size=10, sampler=Balanced(labels))
net = torch.nn.Linear(1, 2)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(2):
    for a, b in loader:
        loss = torch.nn.functional.cross_entropy(net(a), b)
        opt.zero_grad()
        loss.backward()
        opt.step()
print(loss.item())
