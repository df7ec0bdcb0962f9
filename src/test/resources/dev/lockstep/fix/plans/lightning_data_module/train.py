import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

import lightning as L
from lightning.pytorch.callbacks import ModelCheckpoint


class ToyData(L.LightningDataModule):
    def __init__(self, n=128, batch_size=16):
        super().__init__()
        self.n = n
        self.batch_size = batch_size

    def setup(self, stage=None):
        x = np.random.randn(self.n, 6).astype(np.float32)  # cause: LS102 numpy
        y = (x.sum(1) > 0).astype(np.int64)
        full = TensorDataset(torch.from_numpy(x), torch.from_numpy(y))
        self.train, self.val = random_split(full, [int(self.n * 0.75), self.n - int(self.n * 0.75)])

    def train_dataloader(self):
        return DataLoader(self.train, batch_size=self.batch_size, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.val, batch_size=self.batch_size)


class LitClassifier(L.LightningModule):
    def __init__(self, hidden=16, lr=1e-2):
        super().__init__()
        self.save_hyperparameters()
        self.net = nn.Sequential(nn.Linear(6, hidden), nn.ReLU(), nn.Dropout(0.2), nn.Linear(hidden, 2))  # cause: LS104 torch

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = F.cross_entropy(self(x), y)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch, batch_idx):
        x, y = batch
        self.log("val_loss", F.cross_entropy(self(x), y), prog_bar=True)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)


def main():
    trainer = L.Trainer(max_epochs=2, accelerator="cpu", logger=False, enable_progress_bar=False,
                        enable_model_summary=False, callbacks=[ModelCheckpoint(monitor="val_loss")])
    trainer.fit(LitClassifier(), datamodule=ToyData())


if __name__ == "__main__":
    main()
