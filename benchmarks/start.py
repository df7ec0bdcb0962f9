"""Measures whole processes: `lockstep --version`, and how soon `lockstep verify` says "diverged at step 0".

    python benchmarks/start.py [--rounds N]

The script that diverges needs about two seconds to get to its first step; the measure is the ratio of the time to the
verdict to the time that the script alone takes to get there. First checks that the verdict is the right one.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LOCKSTEP = os.path.join(os.path.dirname(HERE), "lockstep")

SCRIPT = """
import sys
import torch
import torch._dynamo  # takes a while, as imports of real scripts do

layer = torch.nn.Linear(100, 100)
optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
for step in range(100000):
    layer(torch.randn(10, 100)).pow(2).mean().backward()
    optimizer.step()
    if "--once" in sys.argv:
        break
    optimizer.zero_grad()
"""


def timed(words, cwd, status=(0,)):
    start = time.perf_counter()
    process = subprocess.run(words, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
    elapsed = time.perf_counter() - start
    if process.returncode not in status:
        sys.exit("%s: status %d\n%s%s" % (words, process.returncode, process.stdout, process.stderr))
    return elapsed, process.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    timed([LOCKSTEP, "--version"], HERE)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "train.py")
        with open(path, "w") as file:
            file.write(SCRIPT)
        verify = [LOCKSTEP, "verify", "--python", sys.executable, "--no-diagnosis", "--json", "-", "train.py"]
        verdict = json.loads(timed(verify, folder, (1,))[1])
        if verdict["verdict"] != "diverged" or verdict["divergence"]["step"] != 0:
            sys.exit("unexpected verdict: %s" % verdict)
        version, alone, verified = [], [], []
        for _ in range(options.rounds):
            version.append(timed([LOCKSTEP, "--version"], HERE)[0])
            alone.append(timed([sys.executable, "train.py", "--once"], folder)[0])
            verified.append(timed(verify, folder, (1,))[0])
    print("lockstep --version: %.0f ms (median of %d; %s)" % (
        1e3 * statistics.median(version), options.rounds, " ".join("%.0f" % (1e3 * t) for t in sorted(version))))  # fmt: skip
    ratios = sorted(v / a for v, a in zip(verified, alone))
    print("script alone to its first step: %.2f s; verify to \"diverged at step 0\": %.2f s; ratio %.2f (%s)" % (
        statistics.median(alone), statistics.median(verified), statistics.median(ratios),
        " ".join("%.2f" % r for r in ratios)))  # fmt: skip


main()
