"""Measures `lockstep check` beside ruff and pylint over the same tree, and one project from a cold start.

    python benchmarks/check.py [--tree FOLDER] [--rounds N]

The tree is a package of the interpreter that runs this, torch when it is not named. ruff and pylint are installed into a
virtual environment of their own under the system's folder for temporary files, once. pylint reads a sample of the tree and
is given per line, because the whole would take most of an hour. First checks that all three read the tree at all. Prints
the load of the machine: with other work on the cores the figures mean nothing.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv

HERE = os.path.dirname(os.path.abspath(__file__))
LOCKSTEP = os.path.join(os.path.dirname(HERE), "lockstep")
TOOLS = os.path.join(tempfile.gettempdir(), "lockstep-benchmark-tools")

PROJECT = os.path.join(os.path.dirname(HERE), "examples", "multi_module")


def tool(name):
    path = os.path.join(TOOLS, "bin", name)
    if not os.path.exists(path):
        venv.create(TOOLS, with_pip=True)
        subprocess.run([os.path.join(TOOLS, "bin", "pip"), "install", "-q", "ruff", "pylint"], check=True)
    return path


def timed(words, cwd, expected):
    start = time.perf_counter()
    process = subprocess.run(words, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
    elapsed = time.perf_counter() - start
    if process.returncode not in expected:
        sys.exit("%s: status %d\n%s" % (words, process.returncode, process.stderr[-2000:]))
    return elapsed


def python_files(folder):
    files = []
    for parent, folders, names in os.walk(folder):
        folders.sort()
        files += [os.path.join(parent, name) for name in sorted(names) if name.endswith(".py")]
    return files


def lines(files):
    count = 0
    for file in files:
        with open(file, "rb") as content:
            count += content.read().count(b"\n")
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    tree = options.tree
    if tree is None:
        import torch

        tree = os.path.dirname(os.path.abspath(torch.__file__))
    files = python_files(tree)
    total = lines(files)
    sample = files[:: max(1, len(files) // 40)]
    few = lines(sample)
    print("%s: %d files, %d lines; load %s" % (tree, len(files), total, os.getloadavg()))
    folder, name = os.path.split(tree)
    commands = {
        "lockstep check": ([LOCKSTEP, "check", "--format", "json", "-o", os.devnull, name], folder, (0, 1), total),
        "ruff (all its NPY, S, B rules)": (
            [tool("ruff"), "check", "--isolated", "--no-cache", "-q", "--select", "NPY,S,B", "--exit-zero", name],
            folder,
            (0,),
            total,
        ),
        "pylint (every 1/%d of the files)" % max(1, len(files) // 40): (
            [tool("pylint"), "-j", "2", "--exit-zero"] + sample,
            folder,
            (0,),
            few,
        ),
    }
    for words, cwd, expected, _ in commands.values():
        timed(words[:1] + ["--version"], cwd, expected)
    times = {what: [] for what in commands}
    for _ in range(options.rounds):
        for what, (words, cwd, expected, _) in commands.items():
            times[what].append(timed(words, cwd, expected))
    own = None
    for what, (_, _, _, count) in commands.items():
        median = statistics.median(times[what])
        own = own or median / count
        print("%-36s %7.2f s  %9d lines/s  %6.2f times lockstep" % (what, median, count / median, median / count / own))
    cold = [timed([LOCKSTEP, "check", PROJECT], HERE, (0, 1)) for _ in range(2 * options.rounds)]
    print("one project, whole process: %.2f s (median of %d); load %s" % (statistics.median(cold), len(cold), os.getloadavg()))


if __name__ == "__main__":
    main()
