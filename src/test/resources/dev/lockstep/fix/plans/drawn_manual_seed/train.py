"""Small GAN."""
import argparse, random
import torch
from torch import nn, optim

p = argparse.ArgumentParser()
p.add_argument('--nz', type=int, default=4)
p.add_argument('--manualSeed', type=int, help='manual seed')
opt = p.parse_args()
if opt.manualSeed is None:
    opt.manualSeed = random.randint(1, 10000)
print("Random Seed: ", opt.manualSeed)
random.seed(opt.manualSeed)  # cause: LS109 run-dependent-seed
torch.manual_seed(opt.manualSeed)  # cause: LS109 run-dependent-seed

G = nn.Linear(opt.nz, 2)
D = nn.Linear(2, 1)
og, od = optim.Adam(G.parameters()), optim.Adam(D.parameters())
bce = nn.BCEWithLogitsLoss()
for i in range(5):
    real = torch.randn(8, 2) + 3
    fake = G(torch.randn(8, opt.nz))
    ld = bce(D(real), torch.ones(8, 1)) + bce(D(fake.detach()), torch.zeros(8, 1))
    od.zero_grad(); ld.backward(); od.step()
    lg = bce(D(fake), torch.ones(8, 1))
    og.zero_grad(); lg.backward(); og.step()
print(ld.item(), lg.item())
