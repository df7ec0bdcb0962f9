"""The pins that the agent applies: one module each, one line each in this map. A pin has `apply(parameters)`."""

import importlib

from lockstep_agent.guard import guarded
from lockstep_agent.settings import settings
from lockstep_agent.stream import emit

#: From the pin's name to its module.
PINS = {
    "python": "python",
    "numpy": "numpy",
    "numpy-generator": "numpy_generator",
    "torch": "torch",
    "cuda": "cuda",
    "python-generator": "python_generator",
    "entropy": "entropy",
    "run-dependent-seed": "run_dependent_seed",
    "clock": "clock",
    "process-seed": "process_seed",
    "loader": "loader",
    "worker": "worker",
    "last-batch": "last_batch",
    "file-order": "file_order",
    "completion-order": "completion_order",
    "cudnn": "cudnn",
    "cudnn-benchmark": "cudnn_benchmark",
    "deterministic": "deterministic",
    "deterministic-where-possible": "deterministic_where_possible",
    "precision": "precision",
    "memory": "memory",
    "threads": "threads",
    "collectives": "collectives",
    "resume": "resume",
    "streams": "streams",
}

#: Pins that the launcher applies, through the environment.
LAUNCHER = ("hash-seed", "cublas", "compile")


@guarded
def _apply(name, parameters):
    module = importlib.import_module("lockstep_agent.pins." + PINS[name])
    module.apply(parameters)
    return True


def apply_all():
    """Applies every pin that the settings name; one that cannot be is named in an `untapped` event, the others go on."""
    for name, parameters in settings.pins.items():
        if name in PINS:
            if not _apply(name, parameters):
                emit("untapped", what="pin " + name, why="it could not be applied")
        elif name not in LAUNCHER:
            emit("untapped", what="pin " + name, why="this agent does not know it")
