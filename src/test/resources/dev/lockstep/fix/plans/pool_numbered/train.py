import multiprocessing as mp

import numpy as np


def simulate(trial, scale=2.0):
    """One walk."""
    return np.random.normal(0, scale, 30).sum()  # cause: LS114 process-seed


def main():
    with mp.Pool(3) as pool:
        print(np.mean(pool.map(simulate, range(40))))


if __name__ == "__main__":
    main()
