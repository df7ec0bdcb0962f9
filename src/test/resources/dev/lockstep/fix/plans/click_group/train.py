"""Command line of the little language model."""
from typing import Optional

import click
import torch
from torch import nn

TEXT = "the quick brown fox jumps over the lazy dog " * 6
CHARS = sorted(set(TEXT))


def data():
    return torch.tensor([CHARS.index(c) for c in TEXT])


@click.group()
def cli():
    pass


@cli.command()
@click.option("--steps", default=10, show_default=True)
@click.option("--block", default=8)
@click.option("--seed", type=int, default=None, help="Random seed.")
@click.option("--out", type=click.Path(), default="lm.pt")
def train(steps: int, block: int, seed: Optional[int], out: str):
    """Train a bigram model."""
    if seed is not None:
        torch.manual_seed(seed)
    ids = data()
    model = nn.Sequential(nn.Embedding(len(CHARS), 16), nn.Linear(16, len(CHARS)))  # cause: LS104 torch
    opt = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for step in range(steps):
        ix = torch.randint(len(ids) - block - 1, (4,))
        x = torch.stack([ids[i:i + block] for i in ix])
        y = torch.stack([ids[i + 1:i + block + 1] for i in ix])
        loss = nn.functional.cross_entropy(model(x).flatten(0, 1), y.flatten())
        opt.zero_grad()
        loss.backward()
        opt.step()
    torch.save(model.state_dict(), out)
    click.echo(f"loss {loss.item():.4f}")


if __name__ == "__main__":
    cli()
