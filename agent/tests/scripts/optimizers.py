"""Trains small networks with optimizers of many kinds, prints what came out, to the bit."""

import hashlib
import random
import sys
import warnings

import numpy as np
import torch
from torch import nn

warnings.simplefilter("ignore")


def digest(*tensors):
    found = hashlib.sha256()
    for tensor in tensors:
        tensor = tensor.detach()
        found.update(torch.view_as_real(tensor).numpy().tobytes() if tensor.is_complex() else tensor.numpy().tobytes())
    return found.hexdigest()[:16]


def states():
    numpy = np.random.get_state()
    return digest(torch.get_rng_state()), hashlib.sha256(repr(random.getstate()).encode() + numpy[1].tobytes()).hexdigest()[:16], numpy[2]


class Twice(torch.optim.Adam):
    """A subclass whose step calls that of its base."""

    def step(self, closure=None):
        for group in self.param_groups:
            group["lr"] *= 0.99
        return super().step(closure)


class Plain(torch.optim.Optimizer):
    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    parameter.add_(parameter.grad, alpha=-group["lr"])


def network():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Dropout(0.2), nn.Linear(4 * 36, 8), nn.Linear(8, 3)
    )


def train(name, make, steps=12, accumulate=1):
    torch.manual_seed(3)
    random.seed(4)
    np.random.seed(5)
    net = network()
    optimizer = make(net)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 5)
    for i in range(steps):
        optimizer.zero_grad()
        for _ in range(accumulate):
            x = torch.randn(4, 1, 8, 8) * random.random() + float(np.random.rand())
            y = torch.randint(0, 3, (4,))

            def closure():
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(net(x), y)
                loss.backward()
                return loss

            if isinstance(optimizer, torch.optim.LBFGS):
                break
            loss = nn.functional.cross_entropy(net(x), y)
            loss.backward()
        if isinstance(optimizer, torch.optim.LBFGS):
            loss = optimizer.step(closure)
        else:
            optimizer.step()
        schedule.step()
    print(name, loss.item().hex(), digest(*net.parameters()), digest(*net.buffers()), *states())


def groups(net):
    frozen = net[0].weight
    frozen.requires_grad_(False)
    return torch.optim.AdamW([{"params": [p], "lr": 0.01 / (i + 1)} for i, p in enumerate(net.parameters())])


def sparse():
    torch.manual_seed(1)
    table = nn.Embedding(20, 4, sparse=True)
    optimizer = torch.optim.SparseAdam(list(table.parameters()))
    for _ in range(4):
        optimizer.zero_grad()
        table(torch.randint(0, 20, (6,))).pow(2).sum().backward()
        optimizer.step()
    print("sparse", digest(table.weight))


def complicated():
    torch.manual_seed(1)
    parameter = nn.Parameter(torch.randn(5, dtype=torch.complex64))
    unused = nn.Parameter(torch.randn(2, 2))
    optimizer = torch.optim.Adam([parameter, unused], 0.1)
    for _ in range(3):
        optimizer.zero_grad(set_to_none=True)
        parameter.abs().pow(2).sum().backward()
        optimizer.step()
    print("complex", digest(parameter, unused))


def two():
    torch.manual_seed(1)
    maker, judge = nn.Linear(4, 4), nn.Linear(4, 1)
    first, second = torch.optim.SGD(maker.parameters(), 0.1), torch.optim.SGD(judge.parameters(), 0.1)
    for _ in range(3):
        first.zero_grad(), second.zero_grad()
        loss = judge(maker(torch.randn(2, 4))).mean()
        torch.autograd.backward([loss, loss * 2], retain_graph=False) if False else loss.backward()
        first.step()
        second.step()
    print("two", digest(*maker.parameters(), *judge.parameters()))


def scaled():
    if not hasattr(torch, "amp") or not hasattr(torch.amp, "GradScaler"):
        print("scaled not here")
        return
    torch.manual_seed(1)
    net = nn.Linear(4, 1)
    optimizer = torch.optim.SGD(net.parameters(), 0.1)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0, growth_interval=2)
    for i in range(5):
        optimizer.zero_grad()
        loss = net(torch.randn(2, 4)).mean() * (float("inf") if i == 2 else 1.0)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
    print("scaled", digest(*net.parameters()), scaler.get_scale())


train("sgd", lambda net: torch.optim.SGD(net.parameters(), 0.05, momentum=0.9, nesterov=True))
train("adam", lambda net: torch.optim.Adam(net.parameters(), 0.01), accumulate=3)
train("groups", groups)
train("lbfgs", lambda net: torch.optim.LBFGS(net.parameters(), 0.1, max_iter=4), steps=3)
train("twice", lambda net: Twice(net.parameters(), 0.01))
train("plain", lambda net: Plain(net.parameters(), 0.01))
sparse()
complicated()
two()
scaled()
print(sys.argv[1:], *states())
