"""The start: the script sees the world that it sees without us, and no broken run folder stops it."""

import os
import sys
import unittest

from harness import AGENT, AgentTest, PYTHONS

sys.path.insert(0, os.path.dirname(AGENT))

_LOOK = (
    "import sys, os\n"
    "print(sys.argv, sys.path, sys.flags, sys.prefix, __file__, __name__)\n"
    "print(sorted(name for name in os.environ if name not in ('LOCKSTEP_RUN', 'PYTHONPATH', '_')))\n"
    "print('sitecustomize' in sys.modules, getattr(sys.modules.get('sitecustomize'), '__file__', None))\n"
    "print([name for name in sys.modules if name.split('.')[0] in ('random', 'numpy', 'torch', 'tempfile')])\n"
    "print([f.name for f in os.scandir('/proc/self/fd') if f.name.isdigit() and int(f.name) < 512])\n"
    "import logging, json; print(json.__loader__.__class__, json.__spec__.loader.__dict__ == {'name': 'json', 'path': json.__file__})\n"
)


class StartTest(AgentTest):
    def test_the_script_sees_the_same_world(self):
        for python in PYTHONS:
            with self.subTest(python=python):
                script = self.write("look.py", _LOOK)
                for words in ([script, "a", "-b"], ["-c", _LOOK.replace(", __file__,", ","), "x"], ["-m", "look"]):
                    without, with_ = self.start(python, words, agent=False), self.start(python, words)
                    self.assertEqual((0, ""), (with_.status, with_.err))
                    self.assertEqual(without.out, with_.out)
                    self.assertEqual(1, len(with_.streams))

    def test_a_sitecustomize_of_the_users_runs(self):
        self.write("own/sitecustomize.py", "import sys\nsys.stdout.write('mine %s\\n' % __name__)\n")
        script = self.write("s.py", "import sys\nprint(sys.modules['sitecustomize'].__file__)\n")
        run = self.new_run()
        own = os.path.join(self.folder, "own")
        path = os.pathsep.join([os.path.join(AGENT, "site"), own])
        outcome = self.start(PYTHONS[0], [script], variables={"LOCKSTEP_RUN": run, "PYTHONPATH": path})
        self.assertEqual("mine sitecustomize\n%s/sitecustomize.py\n" % own, outcome.out)

    def test_no_run_folder_no_harm(self):
        script = self.write("s.py", "print('fine')\n")
        broken = self.new_run()
        with open(os.path.join(broken, "agent.json"), "w") as file:
            file.write("{")
        for folder in (os.path.join(self.folder, "gone"), broken, ""):
            outcome = self.start(PYTHONS[0], [script], agent=False, variables={"LOCKSTEP_RUN": folder, "PYTHONPATH": AGENT + "/site"})
            self.assertEqual((0, "fine\n", ""), (outcome.status, outcome.out, outcome.err))

    def test_a_run_folder_that_goes_away_or_cannot_be_written(self):
        script = self.write("s.py", "import os, shutil\nshutil.rmtree(os.environ['LOCKSTEP_RUN'])\nos.system('true')\nprint('fine')\n")
        outcome = self.start(PYTHONS[0], [script])
        self.assertEqual((0, "fine\n", ""), (outcome.status, outcome.out, outcome.err))

    def test_unknown_pins_are_said(self):
        outcome = self.start(PYTHONS[0], ["-c", "pass"], settings={"pins": [{"pin": "gravity"}, {"pin": "hash-seed"}]})
        self.assertEqual(["pin gravity"], [event["what"] for event in outcome.events("untapped")])


class ImportsTest(AgentTest):
    def test_actions_run_after_the_module_and_leave_no_trace(self):
        self.write("outer/__init__.py", "import outer.inner\nvalue = 1\n")
        self.write("outer/inner.py", "import outer\nvalue = 2\n")
        script = self.write(
            "s.py",
            "import importlib, sys\n"
            "sys.path.insert(0, %r)\n" % os.path.dirname(AGENT) + "from lockstep_agent.imports import when_imported\n"
            "seen = []\n"
            "sys.modules.pop('json')\n"
            "for name in ('outer', 'outer.inner', 'array', '_heapq', 'os', 'never', 'json'):\n"
            "    when_imported(name, lambda m: seen.append((m.__name__, getattr(m, 'value', None))))\n"
            "assert seen == [('os', None)], seen\n"
            "import outer, array, json\n"
            "assert seen[1:] == [('outer.inner', 2), ('outer', 1), ('array', None), ('json', None)], seen\n"
            "importlib.reload(outer.inner)\n"
            "assert seen[5:] == [('outer.inner', 2)], seen\n"
            "for module in (outer, outer.inner, json):\n"
            "    assert type(module.__loader__).__name__ == 'SourceFileLoader', module.__loader__\n"
            "    assert module.__spec__.loader is module.__loader__\n"
            "    assert sorted(vars(module.__loader__)) == ['name', 'path'], vars(module.__loader__)\n"
            "try:\n    import never\nexcept ModuleNotFoundError as error:\n    assert error.name == 'never'\n"
            "when_imported('outer', lambda m: 1 / 0)\n"
            "print('fine')\n",
        )
        outcome = self.start(PYTHONS[0], [script], agent=False)
        self.assertEqual("fine\n", outcome.out, outcome.err)


class GuardTest(unittest.TestCase):
    def test_replaced_functions_look_as_before_and_come_back(self):
        from lockstep_agent.guard import replace

        class Base:
            def method(self):
                "doc"
                return "method", type(self)

            @staticmethod
            def static(a):
                return a

            @classmethod
            def kind(cls):
                return cls

        class Derived(Base):
            pass

        def wrapper(original):
            def replacement(*arguments, **keywords):
                return "seen", original(*arguments, **keywords)

            return replacement

        before = dict(vars(Base))
        undo = [replace(Base, name, wrapper) for name in ("static", "kind")] + [replace(Derived, "method", wrapper)]
        self.assertEqual(("seen", 4), Derived.static(4))
        self.assertEqual(("seen", Derived), Derived().kind())
        self.assertEqual(("seen", ("method", Derived)), Derived().method())
        self.assertEqual(("method", Base), Base().method())
        self.assertEqual(("method", "doc", Base.method), (Derived.method.__name__, Derived.method.__doc__, Derived.method.__wrapped__))
        for take_back in undo:
            take_back()
        self.assertEqual(before, dict(vars(Base)))
        self.assertNotIn("method", vars(Derived))

    def test_exceptions_of_ours_do_not_pass_and_theirs_do(self):
        from lockstep_agent.guard import guarded

        self.assertIsNone(guarded(lambda: 1 / 0)())
        with self.assertRaises(KeyboardInterrupt):
            guarded(self.interrupt)()

    @staticmethod
    def interrupt():
        raise KeyboardInterrupt


class SitesTest(AgentTest):
    def test_what_a_compiler_writes_into_the_run_folder_is_not_the_users(self):
        script = self.write(
            "s.py",
            "import importlib.util, os\nfrom lockstep_agent import sites\nfrom lockstep_agent.settings import settings\n"
            "made = os.path.join(settings.run, 'scratch', 'made.py')\nos.makedirs(os.path.dirname(made))\n"
            "open(made, 'w').write('from lockstep_agent import sites\\nfound = sites.caller()[0]\\n')\n"
            "spec = importlib.util.spec_from_file_location('made', made)\nmodule = importlib.util.module_from_spec(spec)\n"
            "__import__('sys').modules['made'] = module\nspec.loader.exec_module(module)\n"
            "print(module.found, sites.users(made), sites.users(os.path.abspath('s.py')))\n",
        )
        for python in PYTHONS:
            with self.subTest(python=python):
                outcome = self.start(python, [script], settings={"keep": True})
                self.assertEqual("['s.py', 10, '<module>'] False True\n", outcome.out, outcome.err)
                (packages,) = outcome.events("packages")
                self.assertNotIn("made.py", str(packages.get("modules")))

    def test_the_users_line_and_the_library_that_it_called(self):
        self.write("lib/site-packages/tool/__init__.py", "class Tool:\n    def fit(self):\n        return self.inner()\n\n    def inner(self):\n        import lockstep_agent.sites\n        return lockstep_agent.sites.caller()\n")
        self.write("lib/site-packages/early.py", "import lockstep_agent.sites\nfound = lockstep_agent.sites.caller()\n")
        script = self.write(
            "pkg/s.py",
            "import sys\nsys.path.insert(0, %r)\n" % os.path.join(self.folder, "lib", "site-packages")
            + "from lockstep_agent import sites\n"
            "def own():\n    return sites.caller()\n"
            "from tool import Tool\n"
            "print(own())\nprint(Tool().fit())\nprint(sorted([1], key=lambda _: print(sites.caller())))\nimport early; print(early.found)\n",
        )
        for python in PYTHONS:
            with self.subTest(python=python):
                outcome = self.start(python, [script])
                self.assertEqual(
                    [
                        "(['pkg/s.py', 5, 'own'], None)",
                        "(['pkg/s.py', 8, '<module>'], 'tool.Tool.fit')",
                        "(['pkg/s.py', 9, '<lambda>'], None)",
                        "[1]",
                        "(['pkg/s.py', 10, '<module>'], 'early')",
                    ],
                    outcome.out.splitlines(),
                    outcome.err,
                )


if __name__ == "__main__":
    unittest.main()
