import random
import numpy as np
import torch


def set_seed(seed=None):
    """Seeds everything; a random seed when none is given."""
    if seed is None:
        seed = np.random.randint(2**31)
    random.seed(seed)  # cause: LS109 run-dependent-seed
    np.random.seed(seed)  # cause: LS109 run-dependent-seed
    torch.manual_seed(seed)  # cause: LS109 run-dependent-seed
    return seed


def main():
    print("seed", set_seed())
    print(torch.nn.Linear(2, 2).weight)


if __name__ == "__main__":
    main()
