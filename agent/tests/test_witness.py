"""The witness: a script that runs with the agent gives the same bits, text and generator states as without it."""

import re
import unittest

from harness import AgentTest, each_python

#: Times and process ids at the beginning of what torch logs.
_LOGGED = re.compile(r"(?m)^[WIE]\d{4} [\d:.]+ +\d+ ")


class WitnessTest(AgentTest):
    def same(self, python, words, **settings):
        without = self.start(python, words, agent=False)
        self.assertEqual(0, without.status, without.err)
        outcome = self.start(python, words, settings=dict(settings, keep=True))
        self.assertEqual((without.status, without.out), (outcome.status, outcome.out))
        self.assertEqual(_LOGGED.sub("", without.err), _LOGGED.sub("", outcome.err))
        self.assertTrue(without.out)
        return outcome

    @each_python()
    def test_optimizers(self, python):
        outcome = self.same(python, [self.script("optimizers.py")])
        steps = outcome.events("step")
        self.assertEqual(12 * 4 + 3 + 12 + 4 + 3 + 6 + (5 if "scaled not" not in outcome.out else 0), len(steps))
        self.assertEqual(list(range(len(steps))), [step["n"] for step in steps])
        self.assertEqual([], [what for what in outcome.events("untapped")])

    @each_python()
    def test_loaders(self, python):
        for words in (["0"], ["2", "fork"]):
            outcome = self.same(python, [self.script("loaders.py")] + words)
            self.assertTrue(outcome.events("batch"))
        self.assertTrue(outcome.of("worker"))

    @each_python()
    def test_loaders_with_spawned_workers(self, python):
        outcome = self.same(python, [self.script("loaders.py"), "1", "spawn"])
        workers = outcome.of("worker")
        self.assertIn({"kind": "worker", "loader": 0, "iterator": 1, "worker": 0}, [items[1]["role"] for items in workers])

    @each_python()
    def test_features(self, python):
        for pins in ((), ("python", "numpy", "torch", "numpy-generator", "python-generator", "loader", "worker", "completion-order", "clock")):
            outcome = self.same(python, [self.script("features.py")], pins=[{"pin": pin} for pin in pins])
            self.assertLess(40, len(outcome.out.splitlines()))

    @each_python(least=(2, 0))
    def test_the_default_device(self, python):
        script = self.write(
            "s.py",
            """import torch
made = lambda: [f.device.type for f in (torch.rand(2), torch.randn(2), torch.randint(4, (2,)), torch.randperm(3), torch.empty(2), torch.nn.Linear(2, 2).weight)]
with torch.device("meta"):
    print(made())
torch.set_default_device("meta")
print(made())
torch.set_default_device("cpu")
class Own(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, arguments=(), keywords=None):
        return OWN[function]() if function in OWN else super().__torch_function__(function, types, arguments, keywords)
OWN = {torch.rand_like: lambda: "mine"}
print(torch.rand_like(torch.ones(2).as_subclass(Own)))
""",
        )
        for pins in ([], [{"pin": "torch"}, {"pin": "memory"}]):
            self.assertEqual(3, len(self.same(python, [script], pins=pins).out.splitlines()))

    @each_python(least=(2, 1))
    def test_compiled(self, python):
        for mode in ("model", "step", "whole"):
            outcome = self.same(python, [self.script("compiled.py"), mode, "aot_eager"])
            self.assertEqual(6, len(outcome.events("step")))

    @each_python(least=(2, 1))
    def test_compiled_by_inductor(self, python):
        outcome = self.same(python, [self.script("compiled.py"), "model", "inductor"])
        self.assertEqual(6, len(outcome.events("step")))

    @each_python(least=(2, 0))
    def test_ranks(self, python):
        words = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", self.script("ranks.py")]
        outcome = self.same(python, words)
        self.assertEqual([{"kind": "rank", "rank": 0}, {"kind": "rank", "rank": 1}], sorted((items[1]["role"] for items in outcome.of("rank")), key=str))
        first, second = (outcome.events("step", items) for items in outcome.of("rank"))
        self.assertEqual(4, len(first))
        self.assertEqual([step["gradients"] for step in first], [step["gradients"] for step in second])
        self.assertNotEqual([step["loss"] for step in first], [step["loss"] for step in second])

    @each_python()
    def test_training_in_children(self, python):
        for method in ("fork", "spawn"):
            outcome = self.same(python, [self.script("children.py"), method])
            training = [items for items in outcome.of("child") if outcome.events("step", items)]
            self.assertEqual([3, 3], [len(outcome.events("step", items)) for items in training])
            self.assertEqual({"main"}, {outcome.role(outcome.main())})
            for items in training:
                self.assertEqual("end", items[-1]["k"])


if __name__ == "__main__":
    unittest.main()
