"""What the taps say is what the script itself finds, at the right place and line."""

import json
import os
import subprocess
import time
import unittest

from harness import AgentTest, Outcome, PYTHONS, each_python


def hexes(prints):
    return [print_.hex() for print_ in prints]


class TapsTest(AgentTest):
    @each_python()
    def test_a_wrapper_of_torchs_own_names_no_function(self, python):
        path = self.write("main.py", "import torch\ntry:\n    import torch._dynamo\nexcept ImportError:\n    pass\ntorch.manual_seed(7)\n")
        outcome = self.start(python, [path])
        (seed,) = [event for event in outcome.events("seed") if event["generator"] == "torch"]
        self.assertEqual((["main.py", 6], None), (seed["site"][:2], seed.get("via")))

    @each_python()
    def test_a_draw_that_no_tap_sees_is_told_before_what_came_of_it(self, python):
        # As the first compilation does.
        path = self.write(
            "main.py",
            "import torch\n"
            "from lockstep_agent import unseeded\n"
            "unseeded.quiet()\n"
            "net = torch.nn.Linear(2, 1)\n"
            "optimizer = torch.optim.SGD(net.parameters(), 0.1)\n"
            "net(torch.ones(1, 2)).sum().backward()\n"
            "optimizer.step()\n",
        )
        outcome = self.start(python, [path])
        kinds = [event["k"] for event in outcome.main()]
        (draw,) = outcome.events("draw")
        self.assertEqual((None, ["main.py", 5]), (draw["function"], draw["site"][:2]))
        self.assertLess(kinds.index("draw"), kinds.index("optimizer"))

    def test_paths_into_the_mirror_count_as_the_users_own(self):
        path = self.write(
            "main.py",
            "import os\n"
            "from lockstep_agent import content\n"
            "def values(folder):\n"
            "    return {folder + '/a': [folder + '/x.txt', 'in ' + folder], 'b': 1}\n"
            "here = os.path.dirname(os.path.abspath(__file__))\n"
            "print(content.of(values(here)) == content.of(values('/home/me/p')), content.of(values('/home/you/p'))[0] == content.of(values(here))[0])\n",
        )
        outcome = self.start(PYTHONS[0], [path], settings={"project": os.path.dirname(path), "origin": "/home/me/p"})
        self.assertEqual(("True False\n", ""), (outcome.out, outcome.err))

    def test_what_a_package_draws_while_it_is_imported_feeds_the_import(self):
        self.write("lib/site-packages/tool.py", "import random\nrandom.random()\ndef draw():\n    return random.random()\n")
        path = self.write("main.py", "import sys\nsys.path.insert(0, 'lib/site-packages')\nimport tool\ntool.draw()\n")
        outcome = self.start(PYTHONS[0], [path])
        draws = [(event["site"][1], event["via"], event.get("feeds")) for event in outcome.events("draw")]
        self.assertEqual([(3, "tool", "import"), (4, "tool.draw", None)], draws)

    def seen(self, python, *words, **settings):
        outcome = self.start(python, [self.script("seen.py")] + list(words), settings=dict(settings, origin=os.path.dirname(self.script(""))))
        self.assertEqual(1 if "crash" in words else 0, outcome.status, outcome.err)
        with open(os.path.join(self.folder, "expected.json")) as file:
            return outcome, json.load(file)

    def line(self, text):
        """The site of the first line of the script that holds the text."""
        with open(self.script("seen.py")) as file:
            return ["seen.py", next(n for n, line in enumerate(file, 1) if text in line), "main"]

    @each_python()
    def test_steps_batches_and_states(self, python):
        outcome, expected = self.seen(python, "keep")
        self.assertEqual((0, ""), (outcome.status, outcome.err))
        kinds = [event["k"] for event in outcome.main()]
        self.assertEqual(["stream", "process", "torch"], [kind for kind in kinds if kind != "start"][:3])
        self.assertEqual("end", kinds[-1])

        (backward,) = outcome.events("backward")
        self.assertEqual((0, 0.0, self.line('.sum().backward()')), (backward["n"], backward["value"], backward["site"]))

        (optimizer,) = outcome.events("optimizer")
        self.assertEqual(["0.weight", "0.bias", "2.weight", "2.bias", "3.weight", "3.bias"], optimizer["names"])
        self.assertEqual([3, 2], optimizer["shapes"][0])
        self.assertEqual(expected["initial"], hexes(print_ for _, print_ in optimizer["leaves"]))
        self.assertEqual(self.line('optimizer = '), optimizer["site"])
        self.assertEqual(0.5, optimizer["defaults"]["lr"])

        loaders = outcome.events("loader")
        self.assertEqual([(0, 0), (0, 1)], [(event["loader"], event["iterator"]) for event in loaders])
        self.assertEqual((4, 0, "RandomSampler", True, False, 26), tuple(loaders[0][key] for key in ("batch_size", "workers", "sampler", "shuffles", "generator", "length")))
        self.assertEqual(self.line('loader = '), loaders[0]["site"])
        batches = outcome.events("batch")
        self.assertEqual(14, len(batches))
        for batch, (indices, prints) in zip(batches, expected["batches"]):
            self.assertEqual((indices, len(indices), None), (batch["indices"], batch["size"], batch.get("worker")))
            self.assertEqual(prints, hexes(print_ for _, print_ in batch["leaves"]))
        self.assertEqual([0, 1, 2, 3, 4, 5, 6] * 2, [batch["n"] for batch in batches])
        self.assertEqual(14, len({batch["order"] for batch in batches}))
        self.assertEqual([None] * 6 + [2] + [None] * 6 + [2], [batch.get("real") for batch in batches])

        steps, leaves = outcome.events("step"), outcome.events("leaves")
        self.assertEqual(expected["losses"], [[step["value"], step["loss"].hex()] for step in steps])
        self.assertEqual(10, len(leaves))
        self.assertEqual(expected["gradients"][:10], [hexes(event["gradients"]) for event in leaves])
        self.assertEqual(expected["parameters"][:10], [hexes(event["parameters"]) for event in leaves])
        self.assertEqual(list(range(11)), [step["n"] for step in steps if "parameters" in step])
        self.assertEqual([0.5] * 14, [step["lr"] for step in steps])
        self.assertEqual({"torch"}, set(steps[0]["generators"]))
        self.assertEqual([self.line('optimizer.step()')] * 10 + [None] * 4, [step.get("site") for step in steps])

        saves = {event["path"]: event for event in outcome.events("save")}
        self.assertEqual([False, True], [saves[name]["generators"] for name in ("plain.pt", "whole.pt")])
        self.assertTrue(saves["plain.pt"]["optimizer"])
        self.assertEqual(self.line('"plain.pt")'), saves["plain.pt"]["site"])
        self.assertEqual(expected["state"], hexes(print_ for name, print_ in saves["plain.pt"]["leaves"] if name.startswith("net.")))
        (load,) = outcome.events("load")
        self.assertEqual((saves["plain.pt"]["content"], False), (load["content"], load["generators"]))

        states = {event["name"]: event for event in outcome.events("state")}
        self.assertEqual({"Sequential", "optimizer 0"}, set(states))
        self.assertEqual(expected["state"], hexes(print_ for _, print_ in states["Sequential"]["leaves"]))
        self.assertEqual(expected["parameters"][-1], hexes(print_ for _, print_ in states["optimizer 0"]["leaves"]))
        (packages,) = outcome.events("packages")
        self.assertIn("torch", [name for name, _ in packages["packages"]])
        self.assertEqual(["expected.json", "plain.pt", "whole.pt"], [event["path"] for event in outcome.events("write")])
        end = outcome.events("end")[0]
        self.assertEqual((14, 14, None), (end["steps"], end["batches"], end["exception"]))

    @each_python()
    def test_parameters_of_an_optimizer_that_is_gone_and_a_crash(self, python):
        outcome, expected = self.seen(python, "crash")
        (state,) = outcome.events("state")
        self.assertEqual(("optimizer 0", expected["parameters"][-1]), (state["name"], hexes(print_ for _, print_ in state["leaves"])))
        end = outcome.events("end")[0]
        self.assertEqual((1, "RuntimeError", "on purpose"), (end["status"], end["exception"], end["text"]))
        self.assertEqual("seen.py", end["site"][0])

    @each_python()
    def test_two_runs_say_the_same(self, python):
        one, _ = self.seen(python)
        two, _ = self.seen(python)

        def plain(outcome):
            return [{k: v for k, v in event.items() if k not in ("pid", "ppid", "modified")} for event in outcome.main()]

        self.assertEqual(plain(one), plain(two))

    @each_python()
    def test_the_step_limit(self, python):
        run = self.new_run(stop_after_steps=5)
        process = subprocess.Popen([python, self.script("seen.py")], cwd=self.folder, env=self.environment(run), stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        until = time.monotonic() + 100
        while time.monotonic() < until:
            outcome = Outcome(run, None, "", "")
            if outcome.events("limit"):
                break
            time.sleep(0.2)
        self.assertEqual(5, len(outcome.events("step")))
        self.assertIn("parameters", outcome.events("step")[-1])
        self.assertEqual(5, outcome.events("limit")[0]["steps"])
        self.assertTrue(outcome.events("state"))
        self.assertIsNone(process.poll())


if __name__ == "__main__":
    unittest.main()
