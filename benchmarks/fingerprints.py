"""Measures fingerprints against a plain int64 sum over the same tensors, in turn, in one process.

    python benchmarks/fingerprints.py [--threads N] [--rounds N]

First checks that fingerprints taken together and one by one agree, then prints medians and ratios: sum time / fingerprint time.
With one thread (the default) it measures processor time, which other work on the machine disturbs least; else wall time.
"""

import argparse
import os
import statistics
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "agent"))

import torch

from lockstep_agent import fingerprint
from networks import NETWORKS


def measure(name, tensors, rounds, clock):
    views = [t.reshape(-1).view(torch.int64) if t.numel() % 2 == 0 else t.reshape(-1).view(torch.int32) for t in tensors]
    if fingerprint.each(tensors) != [fingerprint.fingerprint(t) for t in tensors]:
        sys.exit("fingerprints differ")

    def sums():
        return [view.sum() for view in views]

    times = {sums: [], fingerprint.each: []}
    for function, arguments in ((sums, ()), (fingerprint.each, (tensors,))):
        function(*arguments)
    for _ in range(rounds):
        for function, arguments in ((sums, ()), (fingerprint.each, (tensors,))):
            start = clock()
            function(*arguments)
            times[function].append(clock() - start)
    size = sum(t.numel() * t.element_size() for t in tensors)
    a, b = (statistics.median(times[f]) for f in (sums, fingerprint.each))
    best = min(times[sums]) / min(times[fingerprint.each])
    print("%-34s %8.2f MB  sum %8.3f ms  fingerprints %8.3f ms  %6.2f GB/s  ratio %.2f (best against best %.2f)" % (
        name, size / 1e6, 1e3 * a, 1e3 * b, size / b / 1e9, a / b, best), flush=True)  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=31)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    clock = time.thread_time if options.threads == 1 else time.perf_counter
    print("torch %s, %d threads, %s time" % (torch.__version__, options.threads, "processor" if options.threads == 1 else "wall"))
    torch.manual_seed(0)
    for megabytes in (0.25, 1, 4, 16, 64, 100, 400):
        measure("one tensor", [torch.randn(int(megabytes * 2**20 / 4))], options.rounds, clock)
    measure("100 tensors of 1 MB", [torch.randn(2**18) for _ in range(100)], options.rounds, clock)
    for name, (build, _, _) in NETWORKS.items():
        tensors = [p.detach() for p in build().parameters()]
        measure("%s, %d parameters" % (name, len(tensors)), tensors, options.rounds, clock)
    many = [torch.randn(s) for _ in range(100) for s in ((64, 64), (64,), (64,))]
    measure("300 small tensors", many, options.rounds, clock)


main()
