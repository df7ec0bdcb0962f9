"""REINFORCE with a baseline on a pole balanced on a cart; the environment is our own, no gym needed."""

import argparse
import math
import time
from collections import deque

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical


class CartPole:
    """The classic cart and pole; every environment has a random generator of its own."""

    gravity, cart_mass, pole_mass, half_length, force, tau = 9.8, 1.0, 0.1, 0.5, 10.0, 0.02

    def __init__(self, max_steps=120):
        self.max_steps = max_steps
        self.np_random = np.random.default_rng()

    def seed(self, seed):
        self.np_random = np.random.default_rng(seed)

    def reset(self):
        self.state = self.np_random.uniform(-0.05, 0.05, size=4)
        self.steps = 0
        return self.state.astype(np.float32)

    def step(self, action):
        x, x_dot, theta, theta_dot = self.state
        force = self.force if action == 1 else -self.force
        total = self.cart_mass + self.pole_mass
        temp = (force + self.pole_mass * self.half_length * theta_dot**2 * math.sin(theta)) / total
        theta_acc = (self.gravity * math.sin(theta) - math.cos(theta) * temp) / (
            self.half_length * (4.0 / 3.0 - self.pole_mass * math.cos(theta) ** 2 / total)
        )
        x_acc = temp - self.pole_mass * self.half_length * theta_acc * math.cos(theta) / total
        self.state = np.array(
            [
                x + self.tau * x_dot,
                x_dot + self.tau * x_acc,
                theta + self.tau * theta_dot,
                theta_dot + self.tau * theta_acc,
            ]
        )
        self.steps += 1
        fallen = abs(self.state[0]) > 2.4 or abs(self.state[2]) > 12 * math.pi / 180
        return self.state.astype(np.float32), 1.0, fallen or self.steps >= self.max_steps


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.affine1 = nn.Linear(4, 64)
        self.dropout = nn.Dropout(p=0.2)
        self.affine2 = nn.Linear(64, 2)

    def forward(self, x):
        return self.affine2(torch.relu(self.dropout(self.affine1(x))))


def finish_episode(optimizer, log_probs, rewards, gamma):
    returns, value = deque(), 0.0
    for reward in reversed(rewards):
        value = reward + gamma * value
        returns.appendleft(value)
    returns = torch.tensor(list(returns))
    returns = (returns - returns.mean()) / (returns.std() + 1e-8)
    loss = -(torch.stack(log_probs).squeeze(1) * returns).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def main():
    parser = argparse.ArgumentParser(description="REINFORCE on cart-pole")
    parser.add_argument("--gamma", type=float, default=0.99)
    parser.add_argument("--seed", type=int, default=543)
    parser.add_argument("--episodes", type=int, default=25)
    parser.add_argument("--log-interval", type=int, default=5)
    args = parser.parse_args()

    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    env = CartPole()
    policy = Policy()
    optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)
    running, start = 10.0, time.time()
    for episode in range(1, args.episodes + 1):
        state, done = env.reset(), False
        log_probs, rewards = [], []
        while not done:
            distribution = Categorical(logits=policy(torch.from_numpy(state).unsqueeze(0)))
            action = distribution.sample()
            log_probs.append(distribution.log_prob(action))
            state, reward, done = env.step(action.item())
            rewards.append(reward)
        running = 0.05 * sum(rewards) + 0.95 * running
        loss = finish_episode(optimizer, log_probs, rewards, args.gamma)
        if episode % args.log_interval == 0:
            rate = episode / (time.time() - start)
            print(
                f"Episode {episode}\tLast reward: {sum(rewards):.0f}\tAverage reward: {running:.2f}"
                f"\tloss {loss:.3f}\t({rate:.0f} episodes/s)"
            )


if __name__ == "__main__":
    main()
