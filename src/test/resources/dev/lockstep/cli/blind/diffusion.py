"""A tiny diffusion model on a roll."""

import numpy as np
import torch
from torch import nn
from sklearn.datasets import make_swiss_roll

torch.manual_seed(0)
np.random.seed(0)
g = torch.Generator()
g.seed()
X, _ = make_swiss_roll(1000, noise=0.3)
X = torch.tensor(X[:, [0, 2]] / 10, dtype=torch.float32)
T = 40
betas = torch.linspace(1e-4, 0.02, T)
abar = torch.cumprod(1 - betas, 0)


class Denoiser(nn.Module):
    def __init__(self):
        super().__init__()
        self.t = nn.Embedding(T, 16)
        self.net = nn.Sequential(nn.Linear(18, 64), nn.SiLU(), nn.Linear(64, 64), nn.SiLU(), nn.Linear(64, 2))

    def forward(self, x, t):
        return self.net(torch.cat([x, self.t(t)], -1))


net = Denoiser()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for step in range(30):
    x0 = X[torch.randint(0, len(X), (128,))]
    t = torch.randint(0, T, (128,))
    eps = torch.randn(x0.shape, generator=g)
    xt = abar[t].sqrt()[:, None] * x0 + (1 - abar[t]).sqrt()[:, None] * eps
    loss = (net(xt, t) - eps).square().mean()
    opt.zero_grad(); loss.backward(); opt.step()
    if step % 10 == 0:
        print(f"step {step:4d} | loss {loss.item():.4f}")
