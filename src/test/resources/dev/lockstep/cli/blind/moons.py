"""A GAN on two moons."""

import random
import torch
import torch.nn as nn
from sklearn.datasets import make_moons
from sklearn.preprocessing import StandardScaler

seed = 999
print("seed", seed)
random.seed(seed)
torch.manual_seed(seed)

nz = 8
batch_size = 64
X, _ = make_moons(n_samples=512, noise=0.05)
X = torch.tensor(StandardScaler().fit_transform(X), dtype=torch.float32)


def small_weights(m):
    if isinstance(m, nn.Linear):
        nn.init.normal_(m.weight.data, 0.0, 0.02)


forger = nn.Sequential(nn.Linear(nz, 64), nn.BatchNorm1d(64), nn.ReLU(True), nn.Linear(64, 2))
forger.apply(small_weights)
critic = nn.Sequential(nn.Linear(2, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1), nn.Sigmoid())
critic.apply(small_weights)
criterion = nn.BCELoss()
fixed_noise = torch.randn(16, nz)
critic_opt = torch.optim.Adam(critic.parameters(), lr=2e-3, betas=(0.5, 0.999))
forger_opt = torch.optim.Adam(forger.parameters(), lr=2e-3, betas=(0.5, 0.999))

for epoch in range(2):
    perm = torch.randperm(len(X))
    for i in range(0, len(X), batch_size):
        real = X[perm[i:i + batch_size]]
        b = real.size(0)
        critic.zero_grad()
        on_real = criterion(critic(real).view(-1), torch.full((b,), 1.))
        on_real.backward()
        fake = forger(torch.randn(b, nz))
        on_fake = criterion(critic(fake.detach()).view(-1), torch.zeros(b))
        on_fake.backward()
        critic_opt.step()
        forger.zero_grad()
        forged = criterion(critic(fake).view(-1), torch.ones(b))
        forged.backward()
        forger_opt.step()
    print('[%d] critic: %.4f forger: %.4f' % (epoch, (on_real + on_fake).item(), forged.item()))
with torch.no_grad():
    print(forger(fixed_noise).std(0))
