#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""Fit a sine."""
from __future__ import annotations

import argparse

import numpy as np
import torch
import torch.nn as nn


def get_args():
    p = argparse.ArgumentParser()
    p.add_argument("--lr", type=float, default=1e-2)
    p.add_argument("--seed", type=int, default=42)
    return p.parse_args()


def main():
    args = get_args()
    x = torch.from_numpy(np.random.rand(64, 1).astype(np.float32))  # cause: LS102 numpy
    net = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))  # cause: LS104 torch
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)
    for _ in range(10):
        loss = ((net(x) - torch.sin(x)) ** 2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(loss.item())


if __name__ == "__main__":
    main()
