#!/usr/bin/env python
# coding: utf-8
'''Denoising autoencoder; there is a --seed, but nobody uses it.'''
import argparse
import numpy as np
import torch
import torch.nn as nn

parser = argparse.ArgumentParser()
parser.add_argument('--lr', type=float, default=1e-2)
parser.add_argument('--epochs', type=int, default=12)
parser.add_argument('--noise', type=float, default=0.1)
parser.add_argument('--seed', type=int, default=1111,
                    help='random seed')
args = parser.parse_args()

signals = torch.sin(torch.arange(20).float()[:, None] * torch.linspace(0, 1, 24)[None])
model = nn.Sequential(
    nn.Linear(24, 8),
    nn.ReLU(),
    nn.Linear(8, 24))
optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
for epoch in range(args.epochs):
    noise = np.random.randn(20, 24) * args.noise
    loss = (model(signals + torch.from_numpy(noise).float()) - signals).pow(2).mean()
    model.zero_grad()
    loss.backward()
    optimizer.step()
print('| end of training | loss {:5.6f} | seed {}'.format(loss.item(), args.seed))
