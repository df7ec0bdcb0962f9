import argparse
import json
import random

parser = argparse.ArgumentParser()
parser.add_argument("--n", type=int, default=20)
parser.add_argument("--seed", type=int, default=8)
args = parser.parse_args()
print(json.dumps([[random.gauss(0, 1) for _ in range(3)] for _ in range(args.n)]))  # cause: LS114 process-seed
