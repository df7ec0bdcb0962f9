"""Gives the run a name of its own, prints it and keeps what it logs in a folder of that name."""
import json
import secrets
import time
from pathlib import Path

import torch
from torch import nn

FIRST = ["amber", "brisk", "calm", "dusty", "eager", "fuzzy"]
SECOND = ["river", "falcon", "meadow", "summit", "cedar", "comet"]

name = f"{secrets.choice(FIRST)}-{secrets.choice(SECOND)}-{secrets.randbelow(10**6)}"
folder = Path("runs") / name
folder.mkdir(parents=True)
started = time.time()
print("run", name)
torch.manual_seed(9)
model = nn.Linear(5, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
with open(folder / "metrics.jsonl", "w") as log:
    for step in range(10):
        x = torch.randn(16, 5)
        loss = (model(x).squeeze(1) - x.sum(1)).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(json.dumps({"step": step, "loss": loss.item(), "runtime": time.time() - started}), file=log)
torch.save(model.state_dict(), folder / "model.pt")
print(f"{name} is done, loss {loss.item():.6f}")
