"""Every process of an experiment is reached, and each ends with an `end`, however it ends."""

import json
import os
import signal
import subprocess
import time
import unittest

from harness import AGENT, AgentTest, Outcome, PYTHONS, each_python

SUPERVISE = os.path.join(AGENT, "supervise.py")


class RolesTest(AgentTest):
    def test_children_of_every_kind(self):
        script = self.write(
            "s.py",
            "import multiprocessing as mp, os, subprocess, sys\n"
            "def work(x):\n    return x * 2\n"
            "if __name__ == '__main__':\n"
            "    subprocess.run([sys.executable, '-c', 'print(1)'])\n"
            "    subprocess.run([sys.executable, '-c', 'print(2)'], env={'OWN': '1'})\n"
            "    os.system(sys.executable + ' -c \"print(3)\"')\n"
            "    sys.stdout.flush()\n"
            "    if os.fork() == 0:\n        sys.exit(0)\n"
            "    os.wait()\n"
            "    for method in ('fork', 'spawn', 'forkserver'):\n"
            "        process = mp.get_context(method).Process(target=work, args=(1,))\n"
            "        process.start()\n        process.join()\n        assert process.exitcode == 0\n",
        )
        for python in PYTHONS:
            with self.subTest(python=python):
                outcome = self.start(python, [script])
                self.assertEqual((0, "", ["1", "2", "3"]), (outcome.status, outcome.err, sorted(outcome.out.split())))
                self.assertEqual(
                    ["subprocess", "subprocess", "os.system", "os.fork"] + ["multiprocessing"] * 3,
                    [event["how"] for event in outcome.events("start")],
                )
                self.assertEqual([5, 6, 7, 9, 14, 14, 14], [event["site"][1] for event in outcome.events("start")])
                children = outcome.of("child")
                self.assertGreaterEqual(len(children), 7)
                for items in outcome.streams.values():
                    self.assertEqual("end", items[-1]["k"], items)
                names = [items[1]["name"] for items in outcome.streams.values()]
                self.assertEqual(len(set(names)), len(names), names)

    def test_each_program_that_a_shell_starts_is_named_after_its_script(self):
        for name in "first.py", "train.py":
            self.write(name, "print('here')\n")
        self.write("run.sh", "set -e\n$1 first.py\n$1 train.py\n$1 -W ignore train.py 2\n$1 -m this\n$1 -c 'import os; os._exit(0)'\n")
        for python in PYTHONS:
            with self.subTest(python=python):
                outcome = self.start("sh", ["run.sh", python], cwd=self.folder)
                self.assertEqual(0, outcome.status, outcome.err)
                self.assertEqual(
                    ["main", "program -c", "program this", "program train.py", "program train.py (2)"],
                    sorted(items[1]["name"] for items in outcome.streams.values()),
                )
                self.assertEqual(1, len(outcome.of("main")))

    @each_python("accelerate")
    def test_the_single_process_of_accelerate_launch_is_rank_0(self, python):
        script = self.write(
            "s.py", "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(1)'])\nprint('here')\n"
        )
        begin = [os.path.join(os.path.dirname(python), "accelerate"), "launch"]
        for launch in ["-m", "accelerate.commands.launch"], begin:
            words = launch + ["--cpu", "--num_processes", "1", "--num_machines", "1", "--mixed_precision", "no", script]
            outcome = self.start(python, words)
            self.assertEqual((0, ["1", "here"]), (outcome.status, outcome.out.split()))
            (rank,) = outcome.of("rank")
            self.assertEqual({"kind": "rank", "rank": 0}, rank[1]["role"])
            self.assertIn("rank0/1", [items[1]["name"] for items in outcome.streams.values()])

    def test_the_processes_of_a_pool_count_apart(self):
        script = self.write(
            "s.py",
            "import multiprocessing as mp, subprocess, sys\n"
            "from concurrent.futures import ProcessPoolExecutor\n"
            "def work(x):\n    return x * 2\n"
            "if __name__ == '__main__':\n"
            "    for method in ('fork', 'spawn'):\n"
            "        both = mp.get_context(method).Barrier(2)\n"
            # A process that had not begun when the pool is ended would leave no stream.
            "        with mp.get_context(method).Pool(2, both.wait) as pool:\n"
            "            assert pool.map(work, range(4)) == [0, 2, 4, 6]\n"
            "    with ProcessPoolExecutor(1) as pool:\n        assert pool.submit(work, 4).result() == 8\n"
            "    subprocess.run([sys.executable, '-c', ''])\n",
        )
        for python in PYTHONS:
            with self.subTest(python=python):
                outcome = self.start(python, [script])
                self.assertEqual((0, ""), (outcome.status, outcome.err))
                headers = [items[1] for items in outcome.streams.values()]
                pooled = [header["name"] for header in headers if header["role"].get("pool")]
                self.assertEqual(["main/pool%d" % n for n in range(1, 6)], sorted(pooled))
                self.assertEqual({"main", "main/1"}, {header["name"] for header in headers} - set(pooled))

    def test_a_process_that_replaces_itself_stays_the_main_one(self):
        script = self.write(
            "s.py",
            "import os, sys\n"
            "if 'AGAIN' not in os.environ:\n"
            "    try:\n        os.execv('/does/not/exist', ['x'])\n    except OSError:\n        pass\n"
            "    os.execvpe(sys.executable, [sys.executable] + sys.argv, dict(os.environ, AGAIN='1'))\n"
            "print(sorted(name for name in os.environ if name.startswith('LOCKSTEP_')))\n",
        )
        outcome = self.start(PYTHONS[0], [script])
        self.assertEqual((0, "['LOCKSTEP_RUN']\n"), (outcome.status, outcome.out))
        self.assertEqual([0, 1], sorted(items[1]["replaced"] for items in outcome.of("main")))
        self.assertEqual(["end"] * 2, [items[-1]["k"] for items in outcome.of("main")])

    def test_what_runs_none_of_the_experiment_is_left_alone(self):
        script = self.write(
            "s.py",
            "from multiprocessing import shared_memory\n"
            "m = shared_memory.SharedMemory(create=True, size=10)\nm.close()\nm.unlink()\n",
        )
        outcome = self.start(PYTHONS[0], [script])
        self.assertEqual(1, len(outcome.streams), outcome.streams)


class EndsTest(AgentTest):
    def ended(self, text, python=PYTHONS[0]):
        without = self.start(python, [self.write("s.py", text)], agent=False)
        outcome = self.start(python, [os.path.join(self.folder, "s.py")])
        self.assertEqual((without.status, without.out, without.err), (outcome.status, outcome.out, outcome.err))
        return outcome, (outcome.events("end") or [None])[0]

    def test_orderly(self):
        outcome, end = self.ended("print(1)\n")
        self.assertEqual((0, None), (outcome.status, end["exception"]))

    def test_exit_status(self):
        outcome, end = self.ended("import sys\nsys.exit(3)\n")
        self.assertEqual(3, outcome.status)
        self.assertIsNone(end["exception"])

    def test_exception(self):
        outcome, end = self.ended("def f():\n    raise ValueError('no')\n\ntry:\n    f()\nexcept ValueError as e:\n    raise KeyError('x') from e\n")
        self.assertEqual((1, "KeyError", "'x'", ["s.py", 7, "<module>"]), (end["status"], end["exception"], end["text"], end["site"]))

    def test_exception_inside_a_library(self):
        _, end = self.ended("import json\n\njson.loads('{')\n")
        self.assertEqual(("JSONDecodeError", ["s.py", 3, "<module>"]), (end["exception"], end["site"]))

    def test_exit_without_cleaning_up(self):
        outcome, end = self.ended("import os, atexit\natexit.register(print, 'never')\nos._exit(5)\n")
        self.assertEqual((5, 5), (outcome.status, end["status"]))

    def test_killed(self):
        outcome, end = self.ended("import os, signal\nos.system('true')\nos.kill(os.getpid(), signal.SIGKILL)\n")
        self.assertEqual(-9, outcome.status)
        self.assertIsNone(end)
        self.assertEqual(1, len(outcome.events("start")))

    def test_interrupted(self):
        outcome, end = self.ended("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
        self.assertEqual("KeyboardInterrupt", end["exception"])

    def test_segmentation_fault(self):
        outcome, end = self.ended("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
        self.assertEqual((-11, None), (outcome.status, end))

    def test_a_hook_of_the_users(self):
        outcome, end = self.ended("import sys\nsys.excepthook = lambda *a: print('mine', a[1])\n1 / 0\n")
        self.assertEqual("ZeroDivisionError", end["exception"])


class SupervisorTest(AgentTest):
    """`supervise.py` lets nothing of a run outlive it."""

    def supervised(self, words, **more):
        run = self.new_run()
        process = subprocess.Popen(
            [PYTHONS[0], "-I", "-S", SUPERVISE, "--run", run] + more.pop("options", []) + ["--"] + words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment(run),
            cwd=self.folder,
            universal_newlines=True,
        )
        self.addCleanup(process.kill)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        return run, process

    def report(self, run):
        with open(os.path.join(run, "exit.json")) as file:
            return json.load(file)

    def living(self, run):
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/environ" % pid, "rb") as file:
                    if ("LOCKSTEP_RUN=" + run).encode() in file.read().split(b"\0"):
                        found.append(pid)
            except OSError:
                continue
        return found

    def test_status_output_and_input(self):
        path = self.write("in.txt", "hello\n")
        run, process = self.supervised(["sh", "-c", "read x; echo got $x; echo bad >&2; exit 7"], options=["--stdin", path])
        self.assertEqual(("got hello\n", "bad\n"), (process.stdout.read(), process.stderr.read()))
        self.assertEqual(7, process.wait(10))
        process.stdin.close()
        self.assertEqual({"status": 7, "signal": None, "stopped": False, "left": 0, "read": 6}, self.report(run))

    def test_a_signal(self):
        run, process = self.supervised(["sh", "-c", "kill -KILL $$"])
        self.assertEqual(137, process.wait(10))
        process.stdin.close()
        self.assertEqual((137, 9), (self.report(run)["status"], self.report(run)["signal"]))

    def test_a_command_that_is_not_there(self):
        run, process = self.supervised(["/does/not/exist"])
        self.assertEqual(127, process.wait(10))
        process.stdin.close()
        self.assertIn("/does/not/exist", process.stderr.read())

    def test_the_line_ends_everything(self):
        for how in ("close", "stop", "kill"):
            with self.subTest(how=how):
                text = "trap '' TERM; setsid sleep 60 & (setsid sh -c 'trap \"\" TERM; sleep 61; sleep 62' &) ; sleep 63; sleep 64"
                run, process = self.supervised(["sh", "-c", text])
                for _ in range(100):
                    if len(self.living(run)) >= 5:
                        break
                    time.sleep(0.02)
                began = time.monotonic()
                if how == "close":
                    process.stdin.close()
                elif how == "stop":
                    process.stdin.write("stop\n")
                    process.stdin.flush()
                else:
                    process.stdin.write("")
                    process.send_signal(signal.SIGTERM)
                    process.stdin.close()
                process.wait(10)
                self.assertLess(time.monotonic() - began, 4)
                self.assertEqual([], self.living(run))
                self.assertTrue(self.report(run)["stopped"])
                process.stdin.close()

    def test_daemons_go_with_their_run(self):
        script = self.write(
            "s.py",
            "import os, sys, time\n"
            "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(60)\n    os._exit(0)\n"
            "print('done')\n",
        )
        run, process = self.supervised([PYTHONS[0], script])
        self.assertEqual("done\n", process.stdout.read())
        process.wait(10)
        process.stdin.close()
        self.assertEqual([], self.living(run))
        self.assertEqual((0, 1), (self.report(run)["status"], self.report(run)["left"]))
        (main,) = Outcome(run, 0, "", "").of("main")
        self.assertEqual("end", main[-1]["k"])

    def test_nothing_outlives_a_killed_supervisor(self):
        run, process = self.supervised(["sleep", "60"])
        time.sleep(0.3)
        process.kill()
        process.wait(10)
        for _ in range(50):
            if not self.living(run):
                break
            time.sleep(0.02)
        self.assertEqual([], self.living(run))
        process.stdin.close()

    def test_signals_pass_on(self):
        run, process = self.supervised(["sh", "-c", "trap 'echo int; exit 4' INT; echo ready; sleep 20 & wait $!"])
        self.assertEqual("ready\n", process.stdout.readline())
        process.send_signal(signal.SIGINT)
        self.assertEqual(4, process.wait(10))
        process.stdin.close()
        self.assertEqual("int\n", process.stdout.read())


if __name__ == "__main__":
    unittest.main()
