"""Learn to undo random rotations of the plane; the angles are drawn beforehand."""

import argparse

import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset


class RotatedPoints(Dataset):
    def __init__(self, n=96):
        rng = np.random.default_rng(15)
        self.points = rng.normal(size=(n, 2))
        self.angles = rng.uniform(-0.5, 0.5, size=(2, n))
        self.epoch = 0

    def __len__(self):
        return len(self.points)

    def __getitem__(self, index):
        angle = self.angles[self.epoch, index]
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        rotated = turn @ self.points[index]
        return torch.tensor(rotated, dtype=torch.float32), torch.tensor(angle, dtype=torch.float32)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    np.random.seed(15)
    torch.manual_seed(15)
    points = RotatedPoints()
    loader = DataLoader(
        points,
        batch_size=16,
        shuffle=True,
        num_workers=args.workers,
        generator=torch.Generator().manual_seed(15),
    )
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(2):
        points.epoch = epoch
        for rotated, angles in loader:
            loss = nn.functional.mse_loss(model(rotated).squeeze(1), angles)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}  loss {loss.item():.6f}")


if __name__ == "__main__":
    main()
