"""Draws a sample of what `lockstep check` finds in folders, with the code around each, for a person to judge.

    python benchmarks/findings.py SEED COUNT FOLDER…

Each folder is checked as a project of its own; tests are left out. The same seed over the same files draws the same sample.
"""

import json
import os
import random
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LOCKSTEP = os.path.join(os.path.dirname(HERE), "lockstep")


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    found = []
    for folder in sys.argv[3:]:
        parent, name = os.path.split(os.path.abspath(folder))
        words = [LOCKSTEP, "check", "--exclude", "tests,testing,test", "--format", "json", name]
        answer = subprocess.run(words, cwd=parent, stdout=subprocess.PIPE, universal_newlines=True)
        if answer.returncode not in (0, 1):
            sys.exit("%s: status %d" % (folder, answer.returncode))
        found += [(parent, finding) for finding in json.loads(answer.stdout)["findings"]]
    found.sort(key=lambda one: (one[1]["file"], one[1]["line"], one[1]["column"], one[1]["hazard"]))
    sample = random.Random(seed).sample(range(len(found)), min(count, len(found)))
    print("%d findings, %d of them with seed %d" % (len(found), len(sample), seed))
    for number, index in enumerate(sorted(sample)):
        parent, finding = found[index]
        line = finding["line"]
        print("\n[%d] %s %s:%d  %s" % (number, finding["hazard"], finding["file"], line, finding["message"]))
        for step in finding.get("path", []):
            print("    %s:%s %s" % (step["file"], step["line"], step["what"]))
        with open(os.path.join(parent, finding["file"]), encoding="utf-8", errors="replace") as file:
            text = file.read().splitlines()
        for at in range(max(1, line - 5), min(len(text), line + 8) + 1):
            print("%s%6d %s" % (">" if at == line else " ", at, text[at - 1][:150]))


if __name__ == "__main__":
    main()
