"""Does a little of everything that the agent sees; prints what it should have seen."""

import json
import sys

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from lockstep_agent import fingerprint

torch.manual_seed(7)
expected = {"losses": [], "gradients": [], "parameters": [], "batches": []}


def bits(values):
    return [print_.hex() for print_ in fingerprint.each(values)]


def main():
    torch.zeros(2, requires_grad=True).sum().backward()
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.BatchNorm1d(3), nn.Linear(3, 1))
    expected["initial"] = bits(net.parameters())
    optimizer = torch.optim.SGD(net.parameters(), 0.5)
    loader = DataLoader(TensorDataset(torch.arange(52.0).view(26, 2), torch.arange(26)), batch_size=4, shuffle=True)
    for _ in range(2):
        for x, i in loader:
            expected["batches"].append([i.tolist(), bits([x, i])])
            optimizer.zero_grad()
            loss = net(x).pow(2).mean()
            loss.backward()
            expected["losses"].append([loss.item(), bits([loss])[0]])
            expected["gradients"].append(bits([p.grad for p in net.parameters()]))
            optimizer.step()
            expected["parameters"].append(bits(net.parameters()))
    state = {"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 2}
    torch.save(state, "plain.pt")
    torch.save(dict(state, rng=torch.get_rng_state()), "whole.pt")
    torch.load("plain.pt")
    expected["state"] = bits(net.state_dict().values())
    return net, optimizer


kept = main() if "keep" in sys.argv else main() and None
with open("expected.json", "w") as file:
    json.dump(expected, file)
if "crash" in sys.argv:
    raise RuntimeError("on purpose")
