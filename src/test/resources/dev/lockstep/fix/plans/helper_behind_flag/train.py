import argparse
import numpy as np
import torch as th
import torch.nn as nn


def fix_random_seed(seed):
    np.random.seed(seed)
    th.manual_seed(seed)


def main(args):
    if args.deterministic:
        fix_random_seed(args.seed)
    data = th.tensor(np.random.uniform(-1, 1, (50, 2)), dtype=th.float32)  # cause: LS102 numpy
    y = data[:, :1] * data[:, 1:]
    net = nn.Sequential(nn.Linear(2, 10), nn.ReLU(), nn.Linear(10, 1))  # cause: LS104 torch
    optim = th.optim.Adam(net.parameters())
    for it in range(args.iters):
        l = nn.functional.mse_loss(net(data), y)
        optim.zero_grad()
        l.backward()
        optim.step()
    print('done', l.item())


if __name__ == '__main__':
    ap = argparse.ArgumentParser()
    ap.add_argument('--iters', type=int, default=8)
    ap.add_argument('--seed', type=int, default=7)
    ap.add_argument('--deterministic', action='store_true')
    main(ap.parse_args())
