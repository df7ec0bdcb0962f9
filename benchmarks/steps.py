"""Measures what recording costs per step: the same training with no agent, with the agent, and in torch's DebugMode.

    python benchmarks/steps.py [--network NAME] [--rounds N] [--blocks N] [--threads N] [--processor] [--without-debug] [--device cuda]

Runs with the interpreter that runs this script. The three kinds run in turn, round after round, each in a process of its own;
the first two blocks of ten steps are left out. Stops if the trained bits differ. Prints medians and ratios of wall time, or with
`--processor` of processor time, which other work on the machine disturbs less (then with `--threads 1`: threads that wait for
each other count as working).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
AGENT = os.path.join(os.path.dirname(HERE), "agent", "lockstep_agent")


def run(network, blocks, kind, options):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LOCKSTEP_")}
    environment["PYTHONPATH"] = ""
    environment["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
    if options.threads:
        environment["OMP_NUM_THREADS"] = str(options.threads)
    with tempfile.TemporaryDirectory() as folder:
        if kind == "agent":
            os.makedirs(os.path.join(folder, "streams"))
            told = {"format": 1, "project": HERE, "origin": HERE, "main": ["train.py"], "seed": 0, "observe": True, "pins": []}  # fmt: skip
            with open(os.path.join(folder, "agent.json"), "w") as file:
                json.dump(told, file)
            environment["LOCKSTEP_RUN"] = folder
            environment["PYTHONPATH"] = os.path.join(AGENT, "site")
        words = [sys.executable, "train.py", network, str(blocks), "debug" if kind == "debug" else "plain", options.device]
        out = subprocess.run(words, cwd=HERE, env=environment, stdout=subprocess.PIPE, check=True, universal_newlines=True).stdout
        recorded = sum(os.path.getsize(os.path.join(folder, "streams", f)) for f in os.listdir(os.path.join(folder, "streams"))) if (
            kind == "agent") else None  # fmt: skip
    lines = out.splitlines()
    times = [float(line.split()[2 if options.processor else 1]) for line in lines if line.startswith("block")]
    return times[2:], next(line for line in lines if line.startswith("bits")).split()[1], recorded


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", choices=("resnet18", "small"), action="append")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--blocks", type=int, default=6)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--processor", action="store_true")
    parser.add_argument("--without-debug", action="store_true")
    parser.add_argument("--device", default="cpu", help="cpu, or cuda: with deterministic algorithms")
    options = parser.parse_args()
    import torch

    kinds = ["none", "agent"] + (["debug"] if hasattr(torch, "hash_tensor") and not options.without_debug else [])
    threads = options.threads or torch.get_num_threads()
    print("torch %s on %s, %d threads, %s time" % (torch.__version__, options.device, threads, "processor" if options.processor else "wall"))
    for network in options.network or ("resnet18", "small"):
        medians = {kind: [] for kind in kinds}
        bits = set()
        size = None
        for _ in range(options.rounds):
            for kind in kinds:
                times, result, recorded = run(network, options.blocks, kind, options)
                medians[kind].append(statistics.median(times))
                bits.add(result)
                size = recorded or size
        if len(bits) != 1:
            sys.exit("the trained bits differ: %s" % bits)
        base = statistics.median(medians["none"])
        print("%s: bits agree in all %d runs, %d bytes recorded" % (network, options.rounds * len(kinds), size))
        for kind in kinds:
            ratios = [m / n for m, n in zip(medians[kind], medians["none"])]
            print("  %-6s %8.2f ms a step, %.3f of none (rounds %s)" % (
                kind, 1e3 * statistics.median(medians[kind]), statistics.median(medians[kind]) / base,
                " ".join("%.3f" % r for r in ratios)))  # fmt: skip


main()
