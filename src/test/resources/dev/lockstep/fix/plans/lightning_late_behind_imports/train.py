import torch
import pytorch_lightning as pl
from torch.utils.data import DataLoader, TensorDataset

SAMPLES = torch.randn(64, 4)  # cause: LS110 torch


class Lit(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 1)

    def training_step(self, batch, _):
        return self.layer(batch[0]).pow(2).mean()

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)


def main():
    pl.seed_everything(7, workers=True)
    trainer = pl.Trainer(max_epochs=2, accelerator="cpu", logger=False, enable_checkpointing=False)
    trainer.fit(Lit(), DataLoader(TensorDataset(SAMPLES), batch_size=8, shuffle=True))


if __name__ == "__main__":
    main()
