"""A Lightning module; where Lightning is not installed, the few lines of it that are needed stand in."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

try:
    import lightning.pytorch as pl
except ImportError:
    import mini_lightning as pl


class Spectra(pl.LightningDataModule):
    def __init__(self, batch_size=32):
        super().__init__()
        self.batch_size = batch_size

    def setup(self, stage=None):
        peaks = np.random.uniform(5.0, 27.0, size=160)
        grid = np.arange(32)
        curves = np.exp(-0.5 * ((grid - peaks[:, None]) / 2.0) ** 2)
        self.train_set = TensorDataset(
            torch.tensor(curves, dtype=torch.float32),
            torch.tensor(peaks / 32.0, dtype=torch.float32),
        )

    def train_dataloader(self):
        return DataLoader(self.train_set, batch_size=self.batch_size, shuffle=True)


class PeakFinder(pl.LightningModule):
    def __init__(self, hidden=24, lr=1e-2):
        super().__init__()
        self.lr = lr
        self.network = nn.Sequential(
            nn.Linear(32, hidden), nn.ReLU(), nn.Dropout(0.05), nn.Linear(hidden, 1)
        )

    def training_step(self, batch, batch_idx):
        curves, peaks = batch
        loss = F.l1_loss(self.network(curves).squeeze(1), peaks)
        self.log("train_loss", loss)
        return loss

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.lr)


if __name__ == "__main__":
    trainer = pl.Trainer(max_epochs=3, accelerator="cpu", logger=False, enable_checkpointing=False)
    trainer.fit(PeakFinder(), datamodule=Spectra())
