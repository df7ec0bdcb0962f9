"""Runs scripts under the agent for the tests, with real interpreters, and reads the events that they leave."""

import json
import os
import subprocess
import tempfile
import textwrap

from harness import AGENT, PYTHONS, read  # noqa: F401


class Result:
    """What a run left: its exit status, printed text and events, by process in the order in which their streams began."""

    def __init__(self, folder, process):
        self.status = process.returncode
        self.out = process.stdout
        self.err = process.stderr
        self.streams = []
        streams = os.path.join(folder, "streams")
        for name in sorted(os.listdir(streams) if os.path.isdir(streams) else [], key=_created(streams)):
            if not name.endswith(".cbor"):
                continue
            with open(os.path.join(streams, name), "rb") as file:
                self.streams.append(read(file.read())[0])

    def events(self, *kinds):
        """The events of these kinds, of all processes."""
        return [event for stream in self.streams for event in stream if event["k"] in kinds]

    def problems(self):
        """What the agent says went wrong in itself."""
        return self.events("problem")


def _created(folder):
    return lambda name: (os.stat(os.path.join(folder, name)).st_ctime_ns, name)


def run(python, script, pins=(), vary=None, files=None, arguments=(), seed=7, agent=True, observe=True, environment=None, command=None):
    """Runs a script's text under the agent and gives a `Result`."""
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        project = os.path.join(folder, "project")
        record = os.path.join(folder, "run")
        os.makedirs(project)
        os.makedirs(record)
        for name, text in dict(files or {}, **{"main.py": script}).items():
            path = os.path.join(project, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(textwrap.dedent(text))
        with open(os.path.join(record, "agent.json"), "w", encoding="utf-8") as file:
            json.dump(
                {
                    "format": 1,
                    "project": project,
                    "origin": project,
                    "main": ["main.py"],
                    "seed": seed,
                    "observe": observe,
                    "pins": [dict({"pin": pin}) if isinstance(pin, str) else pin for pin in pins],
                    "vary": vary or {},
                },
                file,
            )
        env = {k: v for k, v in os.environ.items() if not k.startswith("LOCKSTEP_")}
        env.update(environment or {})
        env["PYTHONDONTWRITEBYTECODE"] = "1"
        env.setdefault("OMP_NUM_THREADS", "1")
        if agent:
            env["LOCKSTEP_RUN"] = record
            env["PYTHONPATH"] = os.path.join(AGENT, "site")
        line = [python] + (list(command) if command else ["main.py"]) + list(arguments)
        process = subprocess.run(line, cwd=project, env=env, capture_output=True, text=True, timeout=300)
        return Result(record, process)
