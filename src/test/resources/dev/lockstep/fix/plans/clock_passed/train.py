import argparse
from datetime import datetime

import numpy as np
import torch


def set_seed(seed):
    np.random.seed(seed)  # cause: LS109 run-dependent-seed
    torch.manual_seed(seed)  # cause: LS109 run-dependent-seed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=int(datetime.now().strftime("%Y%m%d")))
    args = parser.parse_args()
    set_seed(args.seed)
    print(torch.rand(2), np.random.rand())


main()
