from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as F


@dataclass
class TrainConfig:
    seed: int = 3
    lr: float = 1e-2
    hidden: int = 16
    betas: tuple = (0.9, 0.99)


class Trainer:
    def __init__(self, config: TrainConfig):
        self.config = config
        self.model = torch.nn.Sequential(
            torch.nn.Linear(2, config.hidden), torch.nn.Dropout(0.1), torch.nn.Linear(config.hidden, 1)  # cause: LS104 torch
        )
        self.opt = torch.optim.Adam(self.model.parameters(), lr=config.lr, betas=config.betas)

    def batch(self):
        a = np.random.rand(16, 2).astype(np.float32)  # cause: LS102 numpy
        return torch.from_numpy(a), torch.from_numpy(a.sum(1, keepdims=True))

    def fit(self, steps=10):
        for _ in range(steps):
            x, y = self.batch()
            loss = F.mse_loss(self.model(x), y)
            self.opt.zero_grad()
            loss.backward()
            self.opt.step()
        return loss.item()


def main():
    trainer = Trainer(TrainConfig())
    print(trainer.fit())


if __name__ == "__main__":
    main()
