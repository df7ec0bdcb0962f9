"""Estimate frequencies; each run writes into a folder of its own."""

import json
import os
import random
import time
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


@dataclass
class Config:
    seed: int = 1337
    batch_size: int = 32
    epochs: int = 2
    lr: float = 3e-4
    out: str = "runs"


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False


def seed_worker(worker_id):
    worker_seed = torch.initial_seed() % 2 ** 32
    np.random.seed(worker_seed)
    random.seed(worker_seed)


class Sines(Dataset):
    def __init__(self, n):
        rng = np.random.RandomState(0)
        self.freq = rng.uniform(1, 5, n)

    def __len__(self):
        return len(self.freq)

    def __getitem__(self, i):
        t = np.linspace(0, 1, 32)
        noise = np.random.normal(0, 0.05, 32)
        return torch.tensor(np.sin(2 * np.pi * self.freq[i] * t) + noise, dtype=torch.float32), \
            torch.tensor([self.freq[i]], dtype=torch.float32)


def main():
    cfg = Config()
    set_seed(cfg.seed)
    run_dir = os.path.join(cfg.out, datetime.now().strftime("%Y%m%d-%H%M%S") + "_" + uuid.uuid4().hex[:6])
    os.makedirs(run_dir, exist_ok=True)
    with open(os.path.join(run_dir, "config.json"), "w") as f:
        json.dump(asdict(cfg), f, indent=2)
    g = torch.Generator()
    g.manual_seed(cfg.seed)
    debug_rng = np.random.default_rng()
    loader = DataLoader(Sines(400), batch_size=cfg.batch_size, shuffle=True, num_workers=2,
                        worker_init_fn=seed_worker, generator=g)
    model = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 1))
    opt = torch.optim.AdamW(model.parameters(), lr=cfg.lr)
    t0 = time.time()
    for epoch in range(cfg.epochs):
        for x, y in loader:
            loss = nn.functional.mse_loss(model(x), y)
            opt.zero_grad()
            loss.backward()
            opt.step()
        print(f"[{datetime.now():%H:%M:%S}] epoch {epoch} loss {loss.item():.4f} ({time.time() - t0:.2f}s)")
    torch.save({"model": model.state_dict(), "opt": opt.state_dict(), "date": str(datetime.now()),
                "config": asdict(cfg)}, os.path.join(run_dir, "last.pt"))


if __name__ == "__main__":
    main()
