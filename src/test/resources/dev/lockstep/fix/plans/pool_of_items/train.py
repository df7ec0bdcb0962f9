from concurrent.futures import ProcessPoolExecutor

import numpy as np

SHAPES = [0.5, 0.7, 1.1]


def estimate(shape):
    points = np.random.rand(200, 2)  # cause: LS114 process-seed
    return ((points**shape).sum(1) < 1).mean()


if __name__ == "__main__":
    with ProcessPoolExecutor(4) as pool:
        print(list(pool.map(estimate, SHAPES)))
