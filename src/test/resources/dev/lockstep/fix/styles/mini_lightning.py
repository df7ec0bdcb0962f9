"""As much of Lightning's interface as lightning_module.py uses."""

from torch import nn


class LightningDataModule:
    def setup(self, stage=None):
        pass


class LightningModule(nn.Module):
    def __init__(self):
        super().__init__()
        self.logged = {}

    def log(self, name, value):
        self.logged[name] = float(value)


class Trainer:
    def __init__(self, max_epochs=1, **options):
        self.max_epochs = max_epochs

    def fit(self, module, datamodule):
        datamodule.setup("fit")
        optimizer = module.configure_optimizers()
        for epoch in range(self.max_epochs):
            for i, batch in enumerate(datamodule.train_dataloader()):
                loss = module.training_step(batch, i)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            print("epoch", epoch, *("%s %.6f" % item for item in module.logged.items()))
