"""Measures how long a full answer takes: every cause proved, and the proof, for scripts with 1, 2 and 4 causes at step 0.

    python benchmarks/answer.py [--rounds N] [--causes N]

The measure is the ratio of `lockstep verify --steps 20` to the script's own first 20 steps, each with its start. First checks
that the causes are the right ones. Prints the wall time, and the processor time of all processes together, which other work on
the machine disturbs less.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LOCKSTEP = os.path.join(os.path.dirname(HERE), "lockstep")
STEPS = 20

SCRIPT = """
import random
import numpy as np
import torch

%s
layer = torch.nn.Linear(100, 100)
optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
noise = %s
for step in range(%d):
    x = torch.randn(10, 100)
    if len(noise) > 0:
        x = x + float(np.random.rand())
    if len(noise) > 1:
        x = x * random.random() + float(noise[1].random())
    optimizer.zero_grad()
    layer(x).pow(2).mean().backward()
    optimizer.step()
"""

SCRIPTS = {
    1: (SCRIPT % ("np.random.seed(0)", "[None]", STEPS), {"LS104"}),
    2: (SCRIPT % ("", "[None]", STEPS), {"LS102", "LS104"}),
    4: (SCRIPT % ("", "[None, np.random.default_rng()]", STEPS), {"LS101", "LS102", "LS103", "LS104"}),
}


def timed(words, cwd, status):
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.run(words, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode != status:
        sys.exit("%s: status %d\n%s%s" % (words, process.returncode, process.stdout, process.stderr))
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, process.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--causes", type=int, choices=sorted(SCRIPTS), action="append")
    options = parser.parse_args()
    timed([LOCKSTEP, "--version"], HERE, 0)
    for count in options.causes or sorted(SCRIPTS):
        text, expected = SCRIPTS[count]
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "train.py"), "w") as file:
                file.write(text)
            verify = [LOCKSTEP, "verify", "--python", sys.executable, "--steps", str(STEPS), "--json", "-", "train.py"]
            alone, verified = [], []
            for _ in range(options.rounds):
                alone.append(timed([sys.executable, "train.py"], folder, 0)[:2])
                wall, processor, out = timed(verify, folder, 1)
                verified.append((wall, processor))
                verdict = json.loads(out)
                found = {cause["hazard"] for cause in verdict["causes"]}
                if found != expected or not verdict["proof"]:
                    sys.exit("unexpected verdict: %s" % verdict)
        for what, place in (("wall", 0), ("processor", 1)):
            ratios = sorted(v[place] / a[place] for v, a in zip(verified, alone))
            print("%d causes, %s time: script alone %.2f s, verify %.2f s, ratio %.1f (%s)" % (
                count, what, statistics.median(a[place] for a in alone), statistics.median(v[place] for v in verified),
                statistics.median(ratios), " ".join("%.1f" % r for r in ratios)), flush=True)  # fmt: skip


main()
