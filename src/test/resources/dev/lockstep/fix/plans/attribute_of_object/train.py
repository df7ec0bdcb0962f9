import json

import numpy as np
import torch


class Trainer:
    def __init__(self, config):
        self.config = config
        self.seed = config.get("seed")
        if self.seed:
            torch.manual_seed(self.seed)
        self.model = torch.nn.Linear(3, 1)  # cause: LS104 torch

    def fit(self):
        x = np.random.rand(5, 3)  # cause: LS102 numpy
        return self.model(torch.from_numpy(x).float()).sum()


def main():
    with open("params.json") as f:
        params = json.load(f)
    trainer = Trainer(params)
    print(trainer.fit())


if __name__ == "__main__":
    main()
