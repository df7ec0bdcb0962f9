#!/usr/bin/env python3
"""A GAN that learns a ring of eight Gaussians, with one optimizer for each network.

Usage: gan.py [--iters N] [--manualSeed S] [--outf DIR]
"""
from __future__ import print_function

import argparse
import math
import os
import random
import time

import torch
import torch.nn as nn
import torch.optim as optim

parser = argparse.ArgumentParser()
parser.add_argument("--iters", type=int, default=60, help="generator updates")
parser.add_argument("--batchSize", type=int, default=64, help="input batch size")
parser.add_argument("--nz", type=int, default=8, help="size of the latent vector")
parser.add_argument("--nh", type=int, default=48)
parser.add_argument("--lr", type=float, default=0.001)
parser.add_argument("--beta1", type=float, default=0.5)
parser.add_argument("--manualSeed", type=int, help="manual seed")
parser.add_argument("--outf", default="gan_out", help="folder for samples and checkpoints")
opt = parser.parse_args()

os.makedirs(opt.outf, exist_ok=True)
if opt.manualSeed is None:
    opt.manualSeed = random.randint(1, 10000000)
print("Random Seed: ", opt.manualSeed)
random.seed(opt.manualSeed)
torch.manual_seed(opt.manualSeed)


def weights_init(m):
    if isinstance(m, nn.Linear):
        nn.init.normal_(m.weight, 0.0, 0.1)
        nn.init.zeros_(m.bias)


def real_batch(n):
    mode = torch.randint(0, 8, (n,)).float() * (2.0 * math.pi / 8.0)
    centre = torch.stack([mode.cos(), mode.sin()], dim=1) * 2.0
    return centre + 0.05 * torch.randn(n, 2)


netG = nn.Sequential(nn.Linear(opt.nz, opt.nh), nn.ReLU(True), nn.Linear(opt.nh, opt.nh), nn.ReLU(True), nn.Linear(opt.nh, 2))
netG.apply(weights_init)
netD = nn.Sequential(nn.Linear(2, opt.nh), nn.LeakyReLU(0.2, inplace=True), nn.Dropout(0.1), nn.Linear(opt.nh, 1))
netD.apply(weights_init)

criterion = nn.BCEWithLogitsLoss()
fixed_noise = torch.randn(16, opt.nz)
real_label, fake_label = 0.9, 0.0

optimizerD = optim.Adam(netD.parameters(), lr=opt.lr, betas=(opt.beta1, 0.999))
optimizerG = optim.Adam(netG.parameters(), lr=opt.lr, betas=(opt.beta1, 0.999))

tic = time.time()
for i in range(opt.iters):
    # (1) Update D: maximise log(D(x)) + log(1 - D(G(z)))
    netD.zero_grad()
    real = real_batch(opt.batchSize)
    label = torch.full((opt.batchSize, 1), real_label)
    errD_real = criterion(netD(real), label)
    errD_real.backward()

    noise = torch.randn(opt.batchSize, opt.nz)
    fake = netG(noise)
    label.fill_(fake_label)
    errD_fake = criterion(netD(fake.detach()), label)
    errD_fake.backward()
    optimizerD.step()

    # (2) Update G: maximise log(D(G(z)))
    netG.zero_grad()
    label.fill_(real_label)
    errG = criterion(netD(fake), label)
    errG.backward()
    optimizerG.step()

    if i % 10 == 0:
        print("[%3d/%d] Loss_D: %.4f Loss_G: %.4f" % (i, opt.iters, (errD_real + errD_fake).item(), errG.item()))

with torch.no_grad():
    torch.save(netG(fixed_noise), os.path.join(opt.outf, "samples.pt"))
torch.save(netG.state_dict(), os.path.join(opt.outf, "netG_epoch_%d.pth" % opt.iters))
torch.save(netD.state_dict(), os.path.join(opt.outf, "netD_epoch_%d.pth" % opt.iters))
print("elapsed %.2f s" % (time.time() - tic))
