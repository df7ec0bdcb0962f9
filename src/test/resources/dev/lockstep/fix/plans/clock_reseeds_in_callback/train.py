"""A little trainer with callbacks, in the manner of the well-known ones, on two interleaved moons."""

import time
from argparse import ArgumentParser

import numpy as np
import torch
from sklearn.datasets import make_moons
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


class MoonsData:
    def __init__(self, n=600, batch_size=40):
        self.batch_size = batch_size
        x, y = make_moons(n, noise=0.15, random_state=0)
        data = TensorDataset(torch.tensor(x, dtype=torch.float32), torch.tensor(y))
        self.train, self.valid = random_split(data, [n - 120, 120])

    def train_dataloader(self):
        return DataLoader(self.train, batch_size=self.batch_size, shuffle=True, drop_last=True)

    def val_dataloader(self):
        return DataLoader(self.valid, batch_size=self.batch_size)


class MoonsModule(nn.Module):
    def __init__(self, width=32, jitter=0.05):
        super().__init__()
        self.jitter = jitter
        self.net = nn.Sequential(nn.Linear(2, width), nn.ReLU(), nn.Linear(width, 2))

    def training_step(self, batch):
        x, y = batch
        x = x + torch.from_numpy(np.random.normal(0.0, self.jitter, x.shape)).float()
        return nn.functional.cross_entropy(self.net(x), y)

    def validation_step(self, batch):
        x, y = batch
        scores = self.net(x)
        return nn.functional.cross_entropy(scores, y).item(), (scores.argmax(1) == y).float().mean()

    def configure_optimizers(self):
        optimizer = torch.optim.Adam(self.parameters(), lr=1e-2)
        return optimizer, torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.7)


class Callback:
    def on_validation_end(self, trainer, module):
        pass


class EarlyStopping(Callback):
    def __init__(self, patience):
        self.patience, self.best, self.bad = patience, float("inf"), 0

    def on_validation_end(self, trainer, module):
        if trainer.metrics["val_loss"] < self.best:
            self.best, self.bad = trainer.metrics["val_loss"], 0
        else:
            self.bad += 1
            trainer.should_stop = self.bad >= self.patience


class ShowExamples(Callback):
    """Prints what the network says about a few points, other ones each time."""

    def __init__(self, data, k=3):
        self.data, self.k = data, k

    def on_validation_end(self, trainer, module):
        np.random.seed(int(time.time() * 1000) % 2**32)  # cause: LS109 run-dependent-seed
        for i in np.random.choice(len(self.data), self.k, replace=False):
            x, y = self.data[int(i)]
            print(f"    {x.numpy().round(2)} is {int(y)}, taken for {int(module.net(x).argmax())}")


class Trainer:
    def __init__(self, max_epochs, callbacks=()):
        self.max_epochs, self.callbacks = max_epochs, list(callbacks)
        self.should_stop, self.metrics, self.global_step = False, {}, 0

    def fit(self, module, data):
        optimizer, scheduler = module.configure_optimizers()
        for self.epoch in range(self.max_epochs):
            module.train()
            for batch in data.train_dataloader():
                loss = module.training_step(batch)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                self.global_step += 1
            scheduler.step()
            self.validate(module, data.val_dataloader())
            if self.should_stop:
                print("stopped early")
                break

    @torch.no_grad()
    def validate(self, module, loader):
        module.eval()
        results = [module.validation_step(batch) for batch in loader]
        self.metrics["val_loss"] = sum(loss for loss, _ in results) / len(results)
        self.metrics["val_acc"] = float(sum(acc for _, acc in results) / len(results))
        print(f"epoch {self.epoch} step {self.global_step} " + " ".join(f"{k}={v:.4f}" for k, v in self.metrics.items()))
        for callback in self.callbacks:
            callback.on_validation_end(self, module)


def seed_everything(seed):
    np.random.seed(seed)
    torch.manual_seed(seed)


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("--max_epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=42)
    hparams = parser.parse_args()

    seed_everything(hparams.seed)
    data = MoonsData()
    trainer = Trainer(hparams.max_epochs, callbacks=[ShowExamples(data.valid), EarlyStopping(patience=3)])
    began = time.strftime("%H:%M:%S")
    trainer.fit(MoonsModule(), data)
    print("from", began, "to", time.strftime("%H:%M:%S"))
