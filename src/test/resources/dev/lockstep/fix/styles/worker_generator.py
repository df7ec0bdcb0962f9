"""Time-series forecasting with random crops, drawn by a generator of the dataset's own in two workers."""

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

torch.manual_seed(3)


class Crops(Dataset):
    def __init__(self, series, length=24, crops=96):
        self.series, self.length, self.crops = series, length, crops

    def __len__(self):
        return self.crops

    def __getitem__(self, _):
        rng = np.random.default_rng()
        start = rng.integers(0, len(self.series) - self.length - 1)
        crop = self.series[start : start + self.length + 1]
        return crop[:-1], crop[-1:]


def main():
    series = torch.sin(torch.arange(600) / 7.0) + 0.3 * torch.sin(torch.arange(600) / 3.0)
    loader = DataLoader(Crops(series), batch_size=16, num_workers=2)
    model = torch.nn.Sequential(
        torch.nn.Linear(24, 16),
        torch.nn.ReLU(),
        torch.nn.Linear(16, 1),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(2):
        for x, y in loader:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch} loss {loss.item():.6f}")


if __name__ == "__main__":
    main()
