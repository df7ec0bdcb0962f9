"""Train with dropout; --resume goes on from the checkpoint that every epoch leaves."""

import argparse

import torch
import torch.nn as nn

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=4)
parser.add_argument("--checkpoint", default="LS406_fixed_checkpoint.pt")
parser.add_argument("--resume", action="store_true")
args = parser.parse_args()

torch.manual_seed(19)
x = torch.randn(64, 8)
y = x[:, :2].prod(dim=1, keepdim=True)
model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
first = 0

if args.resume:
    checkpoint = torch.load(args.checkpoint)
    torch.set_rng_state(checkpoint["generator"])
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    first = checkpoint["epoch"] + 1

for epoch in range(first, args.epochs):
    for batch in torch.randperm(len(x)).split(16):
        loss = nn.functional.mse_loss(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "generator": torch.get_rng_state(),
            "epoch": epoch,
        },
        args.checkpoint,
    )
    print(f"epoch {epoch}  loss {loss.item():.6f}")
