from __future__ import annotations

import dataclasses
import time

import torch
from torch.utils.data import DataLoader, TensorDataset, random_split


@dataclasses.dataclass(frozen=True)
class TrainConfig:
    samples: int = 240
    batch_size: int = 24
    learning_rate: float = 5e-3
    epochs: int = 2
    hidden: tuple[int, ...] = (16, 16)
    seed: int = 2024


def build_model(config: TrainConfig) -> torch.nn.Module:
    sizes = (3, *config.hidden)
    layers: list[torch.nn.Module] = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-1], 1))


def build_data(config: TrainConfig) -> tuple[DataLoader, DataLoader]:
    x = torch.linspace(-1, 1, config.samples * 3).view(3, -1).t().contiguous()
    data = TensorDataset(x, x.prod(dim=1, keepdim=True))
    train, valid = random_split(data, [config.samples - 48, 48])
    return (
        DataLoader(train, batch_size=config.batch_size, shuffle=True),
        DataLoader(valid, batch_size=config.batch_size),
    )


def train(config: TrainConfig) -> None:
    started = time.monotonic()
    train_loader, valid_loader = build_data(config)
    model = build_model(config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=config.learning_rate)
    for epoch in range(config.epochs):
        for x, y in train_loader:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            error = sum(torch.nn.functional.mse_loss(model(x), y).item() for x, y in valid_loader)
        print(f"{epoch=} {error=:.6f} {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    train(TrainConfig())
