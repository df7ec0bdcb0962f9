#!/usr/bin/env python3
"""Denoising auto-encoder on synthetic waves."""
import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader, random_split


class Waves(Dataset):
    """Sine waves of random phase with fresh noise at each access."""

    def __init__(self, n: int, length: int = 32):
        self.phase = np.random.uniform(0, 2 * np.pi, size=n)  # cause: LS102 numpy
        self.t = np.linspace(0, 4 * np.pi, length)

    def __len__(self):
        return len(self.phase)

    def __getitem__(self, i):
        clean = np.sin(self.t + self.phase[i])
        noisy = clean + np.random.normal(scale=0.2, size=clean.shape)
        return noisy.astype(np.float32), clean.astype(np.float32)


class AutoEncoder(nn.Module):
    def __init__(self, length: int = 32):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(length, 16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 4))  # cause: LS104 torch
        self.decoder = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, length))

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Trainer:
    def __init__(self, model: nn.Module, batch_size: int = 16, workers: int = 2):
        self.model = model
        self.batch_size = batch_size
        self.workers = workers
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
        self.criterion = nn.MSELoss()

    def loaders(self, dataset):
        train, val = random_split(dataset, [int(0.8 * len(dataset)), len(dataset) - int(0.8 * len(dataset))])
        return (
            DataLoader(train, batch_size=self.batch_size, shuffle=True, num_workers=self.workers),
            DataLoader(val, batch_size=self.batch_size, num_workers=self.workers),
        )

    def fit(self, dataset, epochs: int = 2):
        train_loader, val_loader = self.loaders(dataset)
        for epoch in range(epochs):
            self.model.train()
            for noisy, clean in train_loader:
                loss = self.criterion(self.model(noisy), clean)
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
            self.model.eval()
            with torch.no_grad():
                val = sum(self.criterion(self.model(a), b).item() for a, b in val_loader)
            print("epoch", epoch, "val", val)


if __name__ == "__main__":
    trainer = Trainer(AutoEncoder())
    trainer.fit(Waves(120))
