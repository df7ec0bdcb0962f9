"""Learn a metric from pairs of digits, balanced by a batch sampler."""

import numpy as np
import random
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torch.utils.data.sampler import BatchSampler
from sklearn.datasets import load_digits

torch.manual_seed(2020)


class BalancedBatchSampler(BatchSampler):
    def __init__(self, labels, n_classes, n_samples):
        self.labels = np.array(labels)
        self.by = {l: np.where(self.labels == l)[0] for l in np.unique(self.labels)}
        self.n_classes, self.n_samples = n_classes, n_samples

    def __iter__(self):
        for _ in range(len(self)):
            classes = np.random.choice(list(self.by), self.n_classes, replace=False)
            yield [i for c in classes for i in np.random.choice(self.by[c], self.n_samples)]

    def __len__(self):
        return 12


class Pairs(Dataset):
    def __init__(self):
        d = load_digits()
        self.x = torch.tensor(d.images[:, None], dtype=torch.float32) / 16
        self.y = d.target

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        same = random.random() > 0.5
        while True:
            j = random.randrange(len(self.y))
            if (self.y[i] == self.y[j]) == same:
                break
        return self.x[i], self.x[j], torch.tensor(float(same))


ds = Pairs()
loader = DataLoader(ds, batch_sampler=BalancedBatchSampler(ds.y, 5, 4))
embed = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(32, 8))
opt = torch.optim.Adam(embed.parameters(), 1e-3)
for epoch in range(2):
    for a, b, t in loader:
        dist = (embed(a) - embed(b)).pow(2).sum(1)
        loss = (t * dist + (1 - t) * (1 - dist.clamp_min(1e-8).sqrt()).clamp_min(0).pow(2)).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    print("epoch", epoch, "contrastive loss", loss.item())
