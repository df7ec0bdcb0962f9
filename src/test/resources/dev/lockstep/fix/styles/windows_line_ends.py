"""Windows line ends, to be kept."""
import torch as th
from numpy import random as npr

X = th.tensor(npr.standard_normal((80, 4)), dtype=th.float32)
Y = (X.sum(1, keepdim=True) > 0).float()

net = th.nn.Sequential(th.nn.Linear(4, 8), th.nn.ReLU(), th.nn.Linear(8, 1))
opt = th.optim.SGD(net.parameters(), lr=0.2)
for step in range(12):
    loss = th.nn.functional.binary_cross_entropy_with_logits(net(X), Y)
    opt.zero_grad()
    loss.backward()
    opt.step()
print("loss", loss.item())
