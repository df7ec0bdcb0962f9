"""Tensors that are spread over ranks, and files of safetensors, on real libraries."""

import os
import subprocess
import tempfile
import unittest

from harness import AgentTest, Outcome, each_python

WHOLE = """
import sys
import torch
from safetensors import numpy as arrays
from safetensors import torch as tensors

layer = torch.nn.Linear(3, 2)
with torch.no_grad():
    for parameter in layer.parameters():
        parameter.fill_(float(sys.argv[1]))
tensors.save_file(layer.state_dict(), "plain.safetensors")
loaded = tensors.load_file("plain.safetensors")
tensors.save_model(layer, "model.safetensors")
tensors.load_model(layer, "model.safetensors")
arrays.save_file({"a": loaded["bias"].numpy()}, "arrays.safetensors")
print(sorted(loaded), arrays.load_file("arrays.safetensors")["a"].tolist())
"""


class ShardsTest(AgentTest):
    @each_python("torch", (2, 5))
    def test_two_ranks_train_shards(self, python):
        ranks = self.ranks(python)
        shards = []
        for rank in "01":
            (stream,) = ranks[rank].streams.values()
            self.assertEqual({"kind": "rank", "rank": int(rank)}, stream[1]["role"])
            steps = ranks[rank].events("step", stream)
            self.assertEqual(3, len(steps))
            self.assertTrue(all(step.get("gradients") and step.get("loss") for step in steps))
            self.assertEqual(3, len({step["gradients"] for step in steps}))
            saved = ranks[rank].events("save", stream)
            self.assertEqual([["torch.save", "rank%s.pt" % rank]], [[event["function"], os.path.basename(event["path"])] for event in saved])
            shards += ranks[rank].events("optimizer", stream)
        self.assertEqual([[[8, 6]], [[8, 6]]], [shard["shapes"] for shard in shards])
        self.assertTrue(all(print_ for shard in shards for _, print_ in shard["leaves"]))
        self.assertNotEqual(shards[0]["content"], shards[1]["content"])

    def ranks(self, python):
        """What two ranks left, each in a run of its own, started as a launcher would."""
        processes = []
        with tempfile.TemporaryDirectory(dir=self.folder) as work:
            for rank in "01":
                run = self.new_run()
                meeting = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": "2", "MEETING": "file://%s/store" % work}
                process = subprocess.Popen(
                    [python, self.script("shards.py")],
                    cwd=work,
                    env=self.environment(run, **meeting),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    universal_newlines=True,
                )
                processes.append((rank, run, process))
            found = {}
            for rank, run, process in processes:
                out, err = process.communicate(timeout=240)
                self.assertEqual(0, process.returncode, err)
                found[rank] = Outcome(run, process.returncode, out, err)
                self.assertEqual([], found[rank].all("problem"))
        return found


SLICES = """
import sys
import safetensors
import torch
from pathlib import Path
from safetensors import safe_open
from safetensors.torch import load_file, save_file

save_file({"a": torch.full((2,), float(sys.argv[1]))}, "model.safetensors")
with safe_open(Path("model.safetensors"), framework="pt") as file:
    assert isinstance(file, safe_open) and not isinstance(3, safe_open), type(file)
    assert safe_open is safetensors.safe_open and issubclass(type(file), safe_open)
    print({key: file.get_tensor(key).tolist() for key in file.keys()})
load_file(filename="model.safetensors")
try:
    safe_open("missing.safetensors", framework="pt")
except FileNotFoundError as error:
    print("missing")
"""


class SafetensorsTest(AgentTest):
    @each_python("safetensors")
    def test_slices_of_a_file_are_a_load_and_a_data_file(self, python):
        self.write("model.safetensors", "old")
        outcome = self.start(python, [self.write("slices.py", SLICES), "1"])
        self.assertEqual((0, "{'a': [1.0, 1.0]}\nmissing\n"), (outcome.status, outcome.out), outcome.err)
        loads = [[event["function"], event["path"], event["site"][1]] for event in outcome.events("load")]
        expected = [
            ["safetensors.safe_open", "model.safetensors", 10],
            ["safetensors.torch.load_file", "model.safetensors", 14],
        ]
        self.assertEqual(expected, loads)
        self.assertEqual([], outcome.all("problem"))

    @each_python("safetensors")
    def test_a_file_that_is_only_read_is_a_data_file(self, python):
        make = "import torch; from safetensors.torch import save_file; save_file({'a': torch.ones(2)}, 'w.safetensors')\n"
        self.assertEqual(0, self.start(python, [self.write("make.py", make)]).status)
        read = "from safetensors import safe_open\nwith safe_open('w.safetensors', 'np') as f:\n    print(f.keys())\n"
        outcome = self.start(python, [self.write("read.py", read)])
        self.assertEqual((0, "['a']\n"), (outcome.status, outcome.out), outcome.err)
        self.assertEqual(["w.safetensors"], [event["path"] for event in outcome.events("open")])

    @each_python("safetensors")
    def test_saves_and_loads(self, python):
        script = self.write("whole.py", WHOLE)
        first, again, other = (self.start(python, [script, word]) for word in ("1", "1", "2"))
        names = ["plain", "model", "arrays"]
        for kind, function in (("save", "save_file"), ("load", "load_file")):
            events = first.events(kind)
            self.assertEqual([name + ".safetensors" for name in names], [event["path"] for event in events])
            self.assertEqual(["safetensors.torch." + function] * 2 + ["safetensors.numpy." + function], [e["function"] for e in events])
            contents = [event["content"] for event in events]
            self.assertTrue(all(contents))
            self.assertEqual(contents, [event["content"] for event in again.events(kind)])
            for one, two in zip(contents, [event["content"] for event in other.events(kind)]):
                self.assertNotEqual(one, two)


if __name__ == "__main__":
    unittest.main()
