"""Settings come from yaml_config.yaml beside the script (a two-level file needs no YAML library)."""

import os
import random

import torch
import torch.nn as nn


def load_config(path):
    config, section = {}, None
    with open(path) as f:
        for line in f:
            line = line.split("#")[0].rstrip()
            if not line:
                continue
            key, _, value = line.strip().partition(":")
            if not line.startswith(" "):
                section = config.setdefault(key, {})
            else:
                number = float(value)
                section[key] = int(number) if number.is_integer() else number
    return config


config = load_config(os.path.splitext(os.path.abspath(__file__))[0] + ".yaml")
cfg = config["training"]

sequence = [(i * 37 % 101) / 101.0 for i in range(121)]
windows = [(sequence[i : i + 6], sequence[i + 6]) for i in range(len(sequence) - 6)]

model = nn.Sequential(
    nn.Linear(6, config["model"]["hidden"]),
    nn.Tanh(),
    nn.Dropout(config["model"]["dropout"]),
    nn.Linear(config["model"]["hidden"], 1),
)
optimizer = torch.optim.Adam(model.parameters(), lr=cfg["lr"])

for epoch in range(cfg["epochs"]):
    random.shuffle(windows)
    for start in range(0, len(windows), cfg["batch_size"]):
        chunk = windows[start : start + cfg["batch_size"]]
        x = torch.tensor([w for w, _ in chunk])
        y = torch.tensor([[t] for _, t in chunk])
        loss = nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print("epoch", epoch, "loss", loss.item())
