"""Predict churn from usage records; every record is numbered, records are kept sorted by it."""

import itertools
import random
from dataclasses import dataclass, field

import torch
import torch.nn as nn

random.seed(5)
torch.manual_seed(5)
number = itertools.count()


@dataclass
class Record:
    minutes: float
    calls: int
    churned: bool
    key: int = field(default_factory=lambda: next(number))


def read_records(n=96):
    for _ in range(n):
        minutes, calls = random.expovariate(0.1), random.randint(0, 9)
        yield Record(minutes, calls, minutes < 4.0 and calls < 5)


records = sorted(read_records(), key=lambda record: record.key)
features = torch.tensor([[record.minutes / 10.0, record.calls / 10.0] for record in records])
labels = torch.tensor([[float(record.churned)] for record in records])

model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(3):
    for x, y in zip(features.split(16), labels.split(16)):
        loss = nn.functional.binary_cross_entropy_with_logits(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch} loss {loss.item():.6f}")
