import sys
import yaml
import torch
import numpy as np
from torch.utils.data import DataLoader, WeightedRandomSampler, TensorDataset
from types import SimpleNamespace

with open(sys.argv[1] if len(sys.argv) > 1 else 'config.yml', 'r') as stream:
    config = SimpleNamespace(**yaml.safe_load(stream))

print('config:', config)


def get_loader(config):
    x = torch.from_numpy(np.random.standard_normal((90, 5)).astype('float32'))  # cause: LS102 numpy
    y = (x[:, 0] > 0.8).long()
    weights = torch.where(y == 1, 5.0, 1.0)
    sampler = WeightedRandomSampler(weights, num_samples=len(weights))
    return DataLoader(TensorDataset(x, y), batch_size=config.batch_size, sampler=sampler)


def main(config):
    net = torch.nn.Linear(5, 2)  # cause: LS104 torch
    optim = torch.optim.RMSprop(net.parameters(), lr=config.lr)
    for _ in range(config.epochs):
        for x, y in get_loader(config):
            loss = torch.nn.functional.cross_entropy(net(x), y)
            optim.zero_grad()
            loss.backward()
            optim.step()
    print('done', loss.item())


main(config)
