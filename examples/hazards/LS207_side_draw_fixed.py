"""Train with noise on the inputs and look at the validation loss now and then."""

import argparse

import torch
import torch.nn as nn

parser = argparse.ArgumentParser()
parser.add_argument("--steps", type=int, default=24)
parser.add_argument("--evaluate-every", type=int, default=6)
args = parser.parse_args()

torch.manual_seed(30)
inputs = torch.linspace(-2.0, 2.0, 64).unsqueeze(1)
targets = torch.sin(3.0 * inputs)
held_out = torch.linspace(-1.9, 1.9, 200).unsqueeze(1)

model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
side = torch.Generator().manual_seed(31)


@torch.no_grad()
def validation_loss():
    model.eval()
    chosen = held_out[torch.randperm(len(held_out), generator=side)[:50]]
    loss = nn.functional.mse_loss(model(chosen), torch.sin(3.0 * chosen)).item()
    model.train()
    return loss


for step in range(args.steps):
    noisy = inputs + 0.02 * torch.randn_like(inputs)
    loss = nn.functional.mse_loss(model(noisy), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if (step + 1) % args.evaluate_every == 0:
        print(f"step {step + 1:3d}  loss {loss.item():.6f}  validation {validation_loss():.6f}")
