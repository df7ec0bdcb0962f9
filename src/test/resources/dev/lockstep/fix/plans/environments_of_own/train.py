import argparse

import gymnasium as gym
import torch

from maze import Maze


class Timer:
    def reset(self):
        self.at = 0


def make_env(index):
    def thunk():
        return gym.wrappers.RecordEpisodeStatistics(Maze(4 + index))

    return thunk


def evaluate(policy):
    env = Maze()
    env = gym.wrappers.TimeLimit(env, 20)
    state, _ = env.reset()
    done = False
    while not done:
        action = policy(torch.as_tensor(state)).argmax().item()
        state, _, terminated, truncated, _ = env.step(action)
        done = terminated or truncated


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    timer = Timer()
    timer.reset()
    envs = gym.vector.SyncVectorEnv([make_env(i) for i in range(2)])
    policy = torch.nn.Linear(2, 4)
    optimizer = torch.optim.Adam(policy.parameters())
    state, _ = envs.reset()
    for _ in range(20):
        scores = policy(torch.as_tensor(state))
        loss = -scores.logsumexp(1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        state, *_ = envs.step(scores.argmax(1).numpy())
    evaluate(policy)


if __name__ == "__main__":
    main()
