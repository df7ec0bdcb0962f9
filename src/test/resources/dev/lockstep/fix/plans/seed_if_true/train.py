from __future__ import print_function
import argparse
import torch
import numpy as np
from torch import nn
from torch.nn import functional as F


def get_args():
    p = argparse.ArgumentParser()
    p.add_argument("--seed", type=int, help="random seed (default: none)")
    p.add_argument("--latent", type=int, default=2)
    p.add_argument("--steps", type=int, default=20)
    p.add_argument("--no-cuda", action="store_true")
    return p.parse_args()


def set_seed(seed):
    torch.manual_seed(seed)
    np.random.seed(seed)
    if torch.cuda.is_available():
        torch.cuda.manual_seed_all(seed)


class VAE(nn.Module):
    def __init__(self, d, latent):
        super(VAE, self).__init__()
        self.fc1 = nn.Linear(d, 24)  # cause: LS104 torch
        self.mu = nn.Linear(24, latent)
        self.logvar = nn.Linear(24, latent)
        self.fc3 = nn.Linear(latent, d)

    def forward(self, x):
        h = F.relu(self.fc1(x))
        mu, logvar = self.mu(h), self.logvar(h)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
        return self.fc3(z), mu, logvar


def main():
    args = get_args()
    if args.seed:
        set_seed(args.seed)
    device = torch.device("cuda" if not args.no_cuda and torch.cuda.is_available() else "cpu")
    x = torch.from_numpy(np.random.rand(64, 12).astype("float32")).to(device)  # cause: LS102 numpy
    net = VAE(12, args.latent).to(device)
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    for step in range(args.steps):
        out, mu, logvar = net(x[np.random.permutation(64)[:16]])
        loss = out.pow(2).mean() - 0.5 * torch.mean(1 + logvar - mu.pow(2) - logvar.exp())
        opt.zero_grad()
        loss.backward()
        opt.step()
    print("loss", loss.item())


if __name__ == "__main__":
    main()
