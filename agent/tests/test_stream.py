"""The stream: whole events whatever happens, one stream a process, nothing lost to a kill, no harm from a full disk."""

import os
import signal
import subprocess
import sys
import time
import unittest

from harness import AGENT, AgentTest, PYTHONS, read

sys.path.insert(0, os.path.dirname(AGENT))

from lockstep_agent import stream  # noqa: E402


class EncodingTest(unittest.TestCase):
    def test_every_kind_of_value_comes_back(self):
        values = {
            "small": 3, "byte": 200, "short": 60000, "int": 1 << 31, "long": (1 << 64) - 1, "negative": -1, "lowest": -(1 << 64),
            "float": -0.1, "single": -0.25, "zero": -0.0, "large": 1e300, "infinite": float("inf"), "text": "Grüße", "bytes": b"\x00\xff", "list": [1, [2, ()]],
            "map": {"a": None, "b": True, "c": False}, "empty": "", "many": list(range(300)),
        }  # fmt: skip
        items, rest = read(stream.encode(values))
        values["list"] = [1, [2, []]]
        self.assertEqual(([values], 0), (items, rest))

    def test_what_has_no_form_becomes_text(self):
        class Own(int):
            pass

        items, _ = read(stream.encode([Own(7), 1 << 70, "\udc80", object()]))
        self.assertEqual([7, hex(1 << 70), "\\udc80", "<builtins.object>"], items[0])


_PRELUDE = "from lockstep_agent.stream import emit\nimport os, sys, time, threading\n"


class WritingTest(AgentTest):
    def script_of(self, text):
        return self.write("s.py", _PRELUDE + text)

    def stream_of(self, run):
        """The path of a run's only stream, None before there is one."""
        names = [name for name in os.listdir(run + "/streams") if name.endswith(".cbor")]
        return os.path.join(run, "streams", names[0]) if names else None

    def wait_for(self, condition):
        """What the condition gives once it is true; fails when a minute was not enough."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            found = condition()
            if found:
                return found
            time.sleep(0.01)
        self.fail("it took more than a minute")

    def test_a_kill_leaves_whole_events(self):
        script = self.script_of("n = 0\nwhile True:\n    emit('tick', n=n, data=b'x' * (n % 5000))\n    n += 1\n")
        for i in range(5):
            run = self.new_run()
            process = subprocess.Popen([PYTHONS[0], script], env=self.environment(run))
            path = self.wait_for(lambda: self.stream_of(run))
            self.wait_for(lambda: os.path.getsize(path) > 1_000_000)
            time.sleep(i * 0.037)
            process.send_signal(signal.SIGKILL)
            process.wait()
            with open(path, "rb") as file:
                items, rest = read(file.read())
            ticks = [item["n"] for item in items if item["k"] == "tick"]
            # The system may end a process in the midst of one write, between two pages.
            self.assertLess(rest, 5100)
            self.assertGreater(len(ticks), 100)
            self.assertEqual(list(range(len(ticks))), ticks)

    def test_a_full_disk_stops_the_recording_and_nothing_else(self):
        script = self.script_of(
            "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
            "for n in range(100):\n    emit('tick', n=n, data=b'x' * 1000)\nprint('done')\n"
        )
        outcome = self.start(PYTHONS[0], [script])
        self.assertEqual((0, "done\n", ""), (outcome.status, outcome.out, outcome.err))
        self.assertEqual([], outcome.events("end"))
        (name,) = outcome.streams
        told = outcome.events("untapped") or [n for n in os.listdir(outcome.run + "/streams") if n.endswith(".failed")]
        self.assertTrue(told)
        self.assertEqual(list(range(19)), [event["n"] for event in outcome.events("tick")][:19])

    def test_descriptors_that_the_script_closes_and_reuses_are_not_written(self):
        script = self.script_of(
            "emit('tick', n=0)\nos.closerange(3, 4096)\n"
            "files = [open('own%d' % i, 'wb') for i in range(600)]\nemit('tick', n=1)\n"
            "[file.close() for file in files]\nprint(sum(os.path.getsize('own%d' % i) for i in range(600)))\n"
        )
        outcome = self.start(PYTHONS[0], [script])
        self.assertEqual("0\n", outcome.out, outcome.err)
        self.assertEqual([0, 1], [event["n"] for event in outcome.events("tick")])

    def test_descriptors_of_the_script_keep_their_numbers(self):
        script = self.write("s.py", "import os\nprint(os.open('/dev/null', os.O_RDONLY), os.open('/dev/null', os.O_RDONLY))\n")
        self.assertEqual(self.start(PYTHONS[0], [script], agent=False).out, self.start(PYTHONS[0], [script]).out)

    def test_threads_and_forks(self):
        script = self.script_of(
            "def work(t):\n    for n in range(300):\n        emit('tick', t=t, n=n, pid=os.getpid())\n"
            "threads = [threading.Thread(target=work, args=(t,)) for t in range(4)]\n[t.start() for t in threads]\n"
            "child = os.fork()\nwork(9)\nif not child:\n    os._exit(0)\nos.waitpid(child, 0)\n[t.join() for t in threads]\n"
        )
        outcome = self.start(PYTHONS[0], [script])
        self.assertEqual(2, len(outcome.streams))
        for name, items in outcome.streams.items():
            ticks = [event for event in items if event["k"] == "tick"]
            self.assertEqual({int(name.partition("-")[0])}, {event["pid"] for event in ticks})
            for t in {event["t"] for event in ticks}:
                self.assertEqual(list(range(300)), [event["n"] for event in ticks if event["t"] == t])
        self.assertEqual(5 * 300 + 300, len(outcome.all("tick")))


if __name__ == "__main__":
    unittest.main()
