"""Recognise the pitch of short tones; worker processes make the recordings noisy."""

import random

import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset

random.seed(4)
np.random.seed(4)
torch.manual_seed(4)


class Tones(Dataset):
    def __init__(self, pitches=8, copies=12, length=64):
        self.labels = np.repeat(np.arange(pitches), copies)
        time = np.linspace(0.0, 1.0, length)
        self.tones = np.sin(2.0 * np.pi * (2.0 + self.labels[:, None]) * time)
        self.rng = None

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        if self.rng is None:  # one generator for each worker
            self.rng = np.random.default_rng(torch.initial_seed() % 2**32)
        tone = self.tones[index] + self.rng.normal(0.0, 0.1, size=self.tones.shape[1])
        return torch.tensor(tone, dtype=torch.float32), int(self.labels[index])


def main():
    generator = torch.Generator()
    generator.manual_seed(4)
    loader = DataLoader(Tones(), batch_size=16, shuffle=True, num_workers=2, generator=generator)
    model = nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 8))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(2):
        for tones, labels in loader:
            loss = nn.functional.cross_entropy(model(tones), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}  loss {loss.item():.6f}")


if __name__ == "__main__":
    main()
