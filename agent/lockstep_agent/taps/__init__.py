"""The taps: one module each, one line each in this list. A tap has `install()` and changes nothing that the script sees."""

import importlib

from lockstep_agent.guard import guarded
from lockstep_agent.stream import emit

#: In the order in which they are installed.
TAPS = (
    "process",
    "python_random",
    "numpy_random",
    "torch_random",
    "entropy",
    "database",
    "listing",
    "clock",
    "concurrent",
    "variable",
    "flag",
    "torch_build",
    "files",
    "source",
    "loader",
    "optimizer",
    "backward",
    "checkpoint",
    "warning",
    "operations",
    "modules",
    "packages",
)


@guarded
def _install(name):
    module = importlib.import_module("lockstep_agent.taps." + name)
    module.install()
    return True


def install_all():
    """Installs every tap of the list; one that cannot be is named in an `untapped` event, the others go on."""
    for name in TAPS:
        if not _install(name):
            emit("untapped", what="tap " + name, why="it could not be installed")
