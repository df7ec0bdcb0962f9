"""Runs a script with or without the agent, and reads what it left."""

import functools
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

AGENT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lockstep_agent")
SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "scripts")
PYTHONS = [python for python in os.environ.get("LOCKSTEP_TEST_PYTHONS", sys.executable).split(":") if python]


class Cut(Exception):
    """The item goes on beyond the end of the data."""


def read(data):
    """The whole CBOR items of a sequence, and how many bytes of an unfinished one follow."""
    items = []
    at = 0
    while at < len(data):
        try:
            item, after = _item(data, at)
        except Cut:
            break
        items.append(item)
        at = after
    return items, len(data) - at


def _item(data, at):
    major, n, at = _head(data, at)
    if major == 0:
        return n, at
    if major == 1:
        return -1 - n, at
    if major in (2, 3):
        if at + n > len(data):
            raise Cut
        content = data[at : at + n]
        return (content if major == 2 else content.decode()), at + n
    if major == 4:
        items = []
        for _ in range(n):
            item, at = _item(data, at)
            items.append(item)
        return items, at
    if major == 5:
        found = {}
        for _ in range(n):
            key, at = _item(data, at)
            found[key], at = _item(data, at)
        return found, at
    if n in (20, 21, 22):
        return {20: False, 21: True, 22: None}[n], at
    if n == 26:
        if at + 4 > len(data):
            raise Cut
        return struct.unpack(">f", data[at : at + 4])[0], at + 4
    if n == 27:
        if at + 8 > len(data):
            raise Cut
        return struct.unpack(">d", data[at : at + 8])[0], at + 8
    raise ValueError("simple value %d" % n)


def _head(data, at):
    if at >= len(data):
        raise Cut
    major, n = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7 or n < 24:
        return major, n, at
    width = {24: 1, 25: 2, 26: 4, 27: 8}[n]
    if at + width > len(data):
        raise Cut
    return major, int.from_bytes(data[at : at + width], "big"), at + width


class Outcome:
    def __init__(self, run, status, out, err):
        self.run = run
        self.status = status
        self.out = out
        self.err = err
        self.rest = {}
        self.streams = {}
        folder = os.path.join(run, "streams")
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            if name.endswith(".cbor"):
                with open(os.path.join(folder, name), "rb") as file:
                    self.streams[name], self.rest[name] = read(file.read())

    def events(self, kind, stream=None):
        """The events of this kind, of one stream or of the main process."""
        return [event for event in (stream or self.main()) if event["k"] == kind]

    def all(self, kind):
        return [event for items in self.streams.values() for event in items if event["k"] == kind]

    def main(self):
        return next((items for items in self.streams.values() if self.role(items) == "main"), [])

    def of(self, role):
        """The streams of the processes with this role."""
        return [items for items in self.streams.values() if self.role(items) == role]

    @staticmethod
    def role(items):
        return items[1]["role"]["kind"] if len(items) > 1 and items[1]["k"] == "process" else None


def each_python(module="torch", least=None):
    """Calls a test with each interpreter that has the module in this version or a later one, as a subtest."""

    def decorate(test):
        @functools.wraps(test)
        def run(self):
            pythons = [python for python in PYTHONS if (module_version(python, module) or (-1,)) >= (least or (0,))]
            if not pythons:
                self.skipTest("no interpreter has %s %s; LOCKSTEP_TEST_PYTHONS names them" % (module, least or ""))
            for python in pythons:
                with self.subTest(python=python):
                    test(self, python)

        return run

    return decorate


class AgentTest(unittest.TestCase):
    """Gives each test a folder for its runs, kept and named when the test fails."""

    maxDiff = 4000

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lockstep-agent-")
        self.n = 0
        self.addCleanup(self._clean)

    def _clean(self):
        result = getattr(self._outcome, "result", None)
        bad = [test for test, error in getattr(result, "failures", []) + getattr(result, "errors", []) if test is self]
        if bad:
            print("kept: " + self.folder)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def script(self, name):
        return os.path.join(SCRIPTS, name)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        return path

    def environment(self, run=None, **more):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LOCKSTEP") and k != "PYTHONPATH"}
        environment.update({"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"})
        if run is not None:
            environment["LOCKSTEP_RUN"] = run
            environment["PYTHONPATH"] = os.path.join(AGENT, "site")
        environment.update(more)
        return environment

    def new_run(self, **settings):
        self.n += 1
        run = os.path.join(self.folder, "run%d" % self.n)
        os.makedirs(os.path.join(run, "streams"))
        told = {"format": 1, "seed": 0, "pins": [], "project": self.folder, "origin": self.folder, "observe": True}
        told.update(settings)
        with open(os.path.join(run, "agent.json"), "w") as file:
            json.dump(told, file)
        return run

    def start(self, python, words, agent=True, settings=None, variables=None, cwd=None, timeout=600):
        """Runs an interpreter with these words to the end."""
        run = self.new_run(**(settings or {})) if agent else os.path.join(self.folder, "none")
        work = cwd or self.folder
        process = subprocess.run(
            [python] + list(words),
            cwd=work,
            env=self.environment(run if agent else None, **(variables or {})),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=timeout,
            universal_newlines=True,
        )
        outcome = Outcome(run, process.returncode, process.stdout, process.stderr)
        for name, items in outcome.streams.items():
            self.assertEqual(0, outcome.rest[name], name)
            self.assertEqual({"k": "stream", "format": 2}, items[0])
        self.assertEqual([], outcome.all("problem"))
        return outcome


def module_version(python, module, _known={}):
    """The version of an installed module as a pair of numbers, or None."""
    key = (python, module)
    if key not in _known:
        text = "import %s as m; print(getattr(m, '__version__', '0.0'))" % module
        process = subprocess.run([python, "-c", text], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True)
        numbers = process.stdout.strip().split("+")[0].split(".")[:2]
        _known[key] = tuple(int("".join(c for c in n if c.isdigit()) or 0) for n in numbers) if process.returncode == 0 else None
    return _known[key]
