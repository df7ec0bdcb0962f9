import argparse
import time
from datetime import datetime

import torch

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int)
args = parser.parse_args()
seed = args.seed or int(datetime.now().timestamp())
torch.manual_seed(seed)  # cause: LS109 run-dependent-seed
print(torch.rand(2), time.time())
