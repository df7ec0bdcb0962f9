from typing import Optional

import torch
import typer

app = typer.Typer()


@app.command()
def train(steps: int = 3, seed: Optional[int] = typer.Option(None, "--seed", help="Seed.")):
    """Train it."""
    if seed is not None:
        torch.manual_seed(seed)
    print(torch.nn.Linear(steps, 2).weight)  # cause: LS104 torch


if __name__ == "__main__":
    app()
