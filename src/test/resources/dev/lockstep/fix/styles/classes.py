"""An object for everything: data, network, experiment."""

import numpy as np
import torch
from torch import nn, optim


class Data:
    """Two rings."""

    def __init__(self, n: int = 200) -> None:
        radius = np.where(np.arange(n) % 2 == 0, 1.0, 2.0) + np.random.normal(0.0, 0.1, n)
        angle = np.random.uniform(0.0, 2 * np.pi, n)
        self.x = torch.tensor(np.c_[radius * np.cos(angle), radius * np.sin(angle)]).float()
        self.y = torch.arange(n) % 2

    def minibatches(self, size: int):
        for chosen in torch.randperm(len(self.x)).split(size):
            yield self.x[chosen], self.y[chosen]


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(2, 16), nn.Linear(16, 2)])

    def forward(self, x):
        return self.layers[1](self.layers[0](x).tanh())


class Experiment:
    def __init__(self, data: Data, network: Network) -> None:
        self.data, self.network = data, network
        self.optimizer = optim.Adam(network.parameters(), lr=0.02)

    def run(self, epochs: int = 3) -> None:
        for epoch in range(epochs):
            for x, y in self.data.minibatches(40):
                self.optimizer.zero_grad()
                loss = nn.functional.cross_entropy(self.network(x), y)
                loss.backward()
                self.optimizer.step()
            print(f"epoch {epoch}: {loss.item():.6f}")


Experiment(Data(), Network()).run()
