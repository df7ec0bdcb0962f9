"""Trains compiled networks, prints how much was compiled and what came out, to the bit."""

import hashlib
import sys

import torch
import torch._dynamo
import torch._dynamo.testing
from torch import nn

mode, backend = sys.argv[1:3]
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 3))
optimizer = torch.optim.Adam(net.parameters(), 0.01) if mode == "step" else torch.optim.SGD(net.parameters(), 0.1, momentum=0.9)
counter = torch._dynamo.testing.CompileCounterWithBackend(backend)
compiled = torch.compile(net, backend=counter)


def train(x, y, model=net, step=optimizer.step):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    step()
    return loss


if mode == "whole":
    run = torch.compile(train, backend=counter)
elif mode == "step":
    compiled_step = torch.compile(optimizer.step, backend=counter)

    def run(x, y):
        return train(x, y, compiled, compiled_step)

else:

    def run(x, y):
        return train(x, y, compiled)


for i in range(6):
    x = torch.randn(4 if i < 4 else 5, 8)
    loss = run(x, torch.randint(0, 3, (x.shape[0],)))
bits = hashlib.sha256(b"".join(p.detach().numpy().tobytes() for p in net.parameters()) + torch.get_rng_state().numpy().tobytes())
print(mode, counter.frame_count, counter.op_count, bits.hexdigest()[:16], loss.item().hex())
