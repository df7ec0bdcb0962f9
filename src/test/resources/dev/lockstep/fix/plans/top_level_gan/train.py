import torch, torch.nn as nn
import numpy as np
from tqdm import tqdm

# hyper parameters
latent_dim = 8
batch = 32
lr = 2e-4
n_iter = 12

G = nn.Sequential(nn.Linear(latent_dim, 32), nn.LeakyReLU(0.2), nn.Linear(32, 2))  # cause: LS104 torch
D = nn.Sequential(nn.Linear(2, 32), nn.LeakyReLU(0.2), nn.Dropout(0.3), nn.Linear(32, 1))
optG = torch.optim.Adam(G.parameters(), lr=lr, betas=(0.5, 0.999))
optD = torch.optim.Adam(D.parameters(), lr=lr, betas=(0.5, 0.999))
bce = nn.BCEWithLogitsLoss()

def sample_real(n):
    theta = np.random.rand(n) * 2 * np.pi  # cause: LS102 numpy
    return torch.tensor(np.stack([np.cos(theta), np.sin(theta)], 1), dtype=torch.float32)

for it in tqdm(range(n_iter)):
    real = sample_real(batch)
    z = torch.randn(batch, latent_dim)
    fake = G(z)
    lossD = bce(D(real), torch.ones(batch, 1)) + bce(D(fake.detach()), torch.zeros(batch, 1))
    optD.zero_grad(); lossD.backward(); optD.step()
    lossG = bce(D(fake), torch.ones(batch, 1))
    optG.zero_grad(); lossG.backward(); optG.step()
print(lossD.item(), lossG.item())
