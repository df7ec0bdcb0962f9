"""Teach a network to add: examples are made up on the fly by a task generator of its own."""

import random

import torch
import torch.nn as nn

random.seed(2)
torch.manual_seed(2)


class AdditionTask:
    def __init__(self, largest=20, seed=2):
        self.largest = largest
        self.random = random.Random(seed)

    def batch(self, size):
        pairs = [
            (self.random.randint(0, self.largest), self.random.randint(0, self.largest))
            for _ in range(size)
        ]
        numbers = torch.tensor(pairs, dtype=torch.float32) / self.largest
        return numbers, numbers.sum(dim=1, keepdim=True)


task = AdditionTask()
model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(25):
    numbers, sums = task.batch(32)
    loss = nn.functional.l1_loss(model(numbers), sums)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"mean error {loss.item():.6f}")
