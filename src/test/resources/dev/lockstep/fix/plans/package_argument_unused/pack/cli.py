import argparse

from .engine import Engine


def run(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=123)
    args = parser.parse_args(argv)
    Engine(args).fit()
    return 0
