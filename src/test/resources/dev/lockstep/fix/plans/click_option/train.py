import click
import torch
from torch import nn


@click.command()
@click.option("--epochs", default=5, show_default=True)
@click.option("--seed", default=13, help="Random seed.")
def main(epochs, seed):
    """Train a tiny model."""
    click.echo(f"training for {epochs} epochs")
    x = torch.rand(32, 4)  # cause: LS104 torch
    model = nn.Linear(4, 1)
    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(epochs):
        loss = (model(x) - x.mean(1, keepdim=True)).square().mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    click.echo(loss.item())


if __name__ == "__main__":
    main()
