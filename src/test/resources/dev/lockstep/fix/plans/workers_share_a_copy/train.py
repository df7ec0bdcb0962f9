import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset


class Waves(Dataset):
    def __init__(self, count):
        self.phase = np.linspace(0, 3, count)
        self.noise = np.random.default_rng()  # cause: LS103 numpy-generator

    def __len__(self):
        return len(self.phase)

    def __getitem__(self, index):
        x = np.sin(self.phase[index] + np.arange(8)) + self.noise.normal(0, 0.01, 8)
        return torch.as_tensor(x, dtype=torch.float32)


if __name__ == "__main__":
    torch.manual_seed(5)
    model = torch.nn.Linear(8, 8)
    optimizer = torch.optim.Adam(model.parameters())
    for wave in DataLoader(Waves(64), batch_size=16, num_workers=2):
        loss = (model(wave) - wave).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(loss.item())
