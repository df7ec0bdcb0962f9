"""Image classifier."""
import argparse
import time

import torch
import torch.nn as nn
from torch.backends import cudnn

from helpers import accuracy

torch.backends.cudnn.benchmark = True  # cause: LS302 cudnn-benchmark

device = torch.device("cuda:0")
net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 2)).to(device)  # cause: LS301 cudnn
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for step in range(3):
    x = torch.randn(4, 3, 8, 8, device=device)  # cause: LS105 cuda
    y = torch.nn.functional.interpolate(net(x)[None, None], scale_factor=2, mode="bilinear")  # cause: LS303 deterministic
    loss = (y @ y.mT).mean()  # cause: LS304 cublas
    opt.zero_grad()
    loss.backward()
    opt.step()
print(accuracy(loss), time.time())
