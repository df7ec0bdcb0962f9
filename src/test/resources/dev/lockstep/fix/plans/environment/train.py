import argparse
from collections import deque

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

parser = argparse.ArgumentParser(description="REINFORCE")
parser.add_argument("--gamma", type=float, default=0.99)
parser.add_argument("--seed", type=int, default=543, metavar="N", help="random seed (default: 543)")
parser.add_argument("--episodes", type=int, default=3)
args = parser.parse_args()

env = gym.make("CartPole-v1")


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.affine1 = nn.Linear(4, 32)  # cause: LS104 torch
        self.affine2 = nn.Linear(32, 2)

    def forward(self, x):
        return torch.softmax(self.affine2(torch.relu(self.affine1(x))), dim=-1)


policy = Policy()
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)
eps = np.finfo(np.float32).eps.item()


def select_action(state):
    m = Categorical(policy(torch.from_numpy(state).float()))
    action = m.sample()
    return action.item(), m.log_prob(action)


def main():
    running = deque(maxlen=10)
    for i_episode in range(args.episodes):
        state, _ = env.reset()  # cause: LS112 numpy-generator via gymnasium.core.Wrapper.reset
        rewards, logs = [], []
        for t in range(1, 200):
            action, log = select_action(state)
            state, reward, done, truncated, _ = env.step(action)
            logs.append(log)
            rewards.append(reward)
            if done or truncated:
                break
        R, returns = 0, []
        for r in rewards[::-1]:
            R = r + args.gamma * R
            returns.insert(0, R)
        returns = torch.tensor(returns)
        returns = (returns - returns.mean()) / (returns.std() + eps)
        loss = torch.stack([-l * r for l, r in zip(logs, returns)]).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        running.append(t)
    print("mean length", np.mean(running))


if __name__ == "__main__":
    main()
