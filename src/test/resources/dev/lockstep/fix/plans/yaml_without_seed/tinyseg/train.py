import argparse
import os

import torch
import yaml
from torch import nn
from torch.utils.data import DataLoader

from .data import Shapes, flip
from .utils import set_random_seed


def load_config(path):
    with open(path) as f:
        return yaml.safe_load(f)


def main():
    parser = argparse.ArgumentParser("tinyseg")
    parser.add_argument("--config", default=os.path.join(os.path.dirname(__file__), "default.yaml"))
    opt = parser.parse_args()
    cfg = load_config(opt.config)
    if cfg.get("seed") is not None:
        set_random_seed(cfg["seed"])

    model = nn.Sequential(nn.Conv2d(1, cfg["width"], 3, padding=1), nn.ReLU(), nn.Conv2d(cfg["width"], 2, 1))  # cause: LS104 torch
    loader = DataLoader(Shapes(cfg["images"], flip), batch_size=cfg["batch_size"], shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=cfg["lr"])
    for epoch in range(cfg["epochs"]):
        for image, mask in loader:
            loss = nn.functional.cross_entropy(model(image), mask)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, float(loss))
