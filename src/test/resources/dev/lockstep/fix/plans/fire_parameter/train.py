import fire
import torch


def main(lr: float = 0.1, steps: int = 3, seed: int = None):
    """Trains."""
    if seed is not None:
        torch.manual_seed(seed)
    w = torch.nn.Linear(2, 2)  # cause: LS104 torch
    for _ in range(steps):
        w(torch.ones(1, 2)).sum().backward()


if __name__ == "__main__":
    fire.Fire(main)
