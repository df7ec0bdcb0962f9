import torch
import typer


def train(steps: int = 3, seed: int = typer.Option(8, help="Seed.")):
    """Train it."""
    print(torch.nn.Linear(steps, 2).weight)  # cause: LS104 torch


if __name__ == "__main__":
    typer.run(train)
