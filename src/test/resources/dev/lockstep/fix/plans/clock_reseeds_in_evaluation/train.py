import time

import torch
from torch import nn


class Corridor:
    def __init__(self, agents, length=9):
        self.agents, self.length = agents, length

    def reset(self, training=True):
        if not training:
            # another start each time
            torch.manual_seed(int(time.time() * 1000) % (2**32 - 1))  # cause: LS109 run-dependent-seed
        self.at = torch.randint(0, self.length - 1, (self.agents,))
        return nn.functional.one_hot(self.at, self.length).float()


def evaluate(policy):
    with torch.no_grad():
        return policy(Corridor(8).reset(training=False)).mean().item()


def train(seed=11):
    torch.manual_seed(seed)
    policy = nn.Linear(9, 2)
    opt = torch.optim.Adam(policy.parameters(), lr=0.01)
    for update in range(5):
        loss = policy(Corridor(16).reset()).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        print(update, evaluate(policy))


if __name__ == "__main__":
    train()
