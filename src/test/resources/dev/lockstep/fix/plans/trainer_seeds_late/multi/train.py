import torch
import torch.nn.functional as F

from .config import Config
from .data import build_loaders
from .model import build_model
from .utils import *


class Trainer:
    def __init__(self, cfg, model, loaders):
        set_seed(cfg.seed)
        self.cfg, self.model = cfg, model
        self.train_loader, self.valid_loader = loaders
        self.optimizer = torch.optim.Adam(model.parameters(), lr=cfg.lr)
        self.best = 0.0

    def train_epoch(self):
        self.model.train()
        meter = AverageMeter()
        for x, y in self.train_loader:
            loss = F.cross_entropy(self.model(x), y)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            meter.update(loss.item(), len(y))
        return meter.average

    @torch.no_grad()
    def validate(self):
        self.model.eval()
        meter = AverageMeter()
        for x, y in self.valid_loader:
            meter.update((self.model(x).argmax(1) == y).float().mean().item(), len(y))
        return meter.average

    def fit(self):
        for epoch in range(self.cfg.epochs):
            with Stopwatch() as watch:
                loss, accuracy = self.train_epoch(), self.validate()
            print(f"[{epoch + 1}/{self.cfg.epochs}] loss={loss:.4f} acc={accuracy:.4f} {watch.seconds:.2f}s")
            if accuracy >= self.best:
                self.best = accuracy
                self.save(epoch)

    def save(self, epoch):
        torch.save(
            {
                "epoch": epoch,
                "config": self.cfg.as_dict(),
                "model": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
            },
            self.cfg.checkpoint,
        )


def main(argv=None):
    cfg = Config.from_args(argv)
    loaders = build_loaders(cfg)
    model = build_model(cfg)
    Trainer(cfg, model, loaders).fit()
