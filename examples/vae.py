"""Variational autoencoder on 8x8 handwritten digits.

    python examples/vae.py --epochs 4 --latent 8
"""

import argparse
import os
import random
import time

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn, optim
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser(description="VAE on the digits of scikit-learn")
parser.add_argument("--batch-size", type=int, default=128, metavar="N")
parser.add_argument("--epochs", type=int, default=3, metavar="N")
parser.add_argument("--latent", type=int, default=6, metavar="D")
parser.add_argument("--seed", type=int, default=1, metavar="S")
parser.add_argument("--log-interval", type=int, default=5, metavar="N")
args = parser.parse_args()


def seed_everything(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False


seed_everything(args.seed)
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

pixels = torch.tensor(load_digits().data, dtype=torch.float32) / 16.0
split = int(0.85 * len(pixels))
order = torch.randperm(len(pixels))
train_loader = DataLoader(
    TensorDataset(pixels[order[:split]]), batch_size=args.batch_size, shuffle=True
)
test_loader = DataLoader(TensorDataset(pixels[order[split:]]), batch_size=args.batch_size)


class VAE(nn.Module):
    def __init__(self, latent):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, 96), nn.ReLU())
        self.mu = nn.Linear(96, latent)
        self.logvar = nn.Linear(96, latent)
        self.decoder = nn.Sequential(nn.Linear(latent, 96), nn.ReLU(), nn.Linear(96, 64))

    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5 * logvar)
        return mu + torch.randn_like(std) * std

    def forward(self, x):
        h = self.encoder(x)
        mu, logvar = self.mu(h), self.logvar(h)
        return torch.sigmoid(self.decoder(self.reparameterize(mu, logvar))), mu, logvar


def loss_function(reconstruction, x, mu, logvar):
    bce = F.binary_cross_entropy(reconstruction, x, reduction="sum")
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return bce + kld


model = VAE(args.latent).to(device)
optimizer = optim.Adam(model.parameters(), lr=2e-3)


def train(epoch):
    model.train()
    train_loss = 0.0
    for batch_idx, (data,) in enumerate(train_loader):
        data = data.to(device)
        optimizer.zero_grad()
        reconstruction, mu, logvar = model(data)
        loss = loss_function(reconstruction, data, mu, logvar)
        loss.backward()
        train_loss += loss.item()
        optimizer.step()
        if batch_idx % args.log_interval == 0:
            print(
                f"Train Epoch: {epoch} [{batch_idx * len(data)}/{len(train_loader.dataset)}]"
                f"\tLoss: {loss.item() / len(data):.6f}"
            )
    print(f"====> Epoch: {epoch} Average loss: {train_loss / len(train_loader.dataset):.4f}")


@torch.no_grad()
def test():
    model.eval()
    test_loss = 0.0
    for (data,) in test_loader:
        data = data.to(device)
        reconstruction, mu, logvar = model(data)
        test_loss += loss_function(reconstruction, data, mu, logvar).item()
    print(f"====> Test set loss: {test_loss / len(test_loader.dataset):.4f}")


if __name__ == "__main__":
    began = time.time()
    for epoch in range(1, args.epochs + 1):
        train(epoch)
        test()
    with torch.no_grad():
        samples = model.decoder(torch.randn(16, args.latent).to(device)).sigmoid().cpu()
    os.makedirs("results", exist_ok=True)
    torch.save({"model": model.state_dict(), "samples": samples}, "results/vae.pt")
    print(f"finished {time.ctime()} after {time.time() - began:.1f} s")
