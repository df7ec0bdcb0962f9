import argparse

from package_m.data import spirals
from package_m.engine import fit


def main(argv):
    """Command line: returns an exit code and never exits itself."""
    parser = argparse.ArgumentParser(prog="package_m")
    parser.add_argument("-e", "--epochs", type=int, default=10)
    parser.add_argument("-q", "--quiet", action="store_true")
    options = parser.parse_args(argv)
    loss = fit(*spirals(60), epochs=options.epochs)
    if not options.quiet:
        print(f"loss {loss:.6f}")
    return 0 if loss < 10 else 1
