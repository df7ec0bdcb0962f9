"""Says whose code a frame runs: the user's, a library's, the standard library's, or the agent's own."""

import os
import sys

from lockstep_agent import sites
from lockstep_agent.settings import settings

OURS, USER, LIBRARY, INFRASTRUCTURE, STANDARD = "ours", "user", "library", "infrastructure", "standard"

#: Packages whose names, ports and files are drawn at random without a part in any result.
_INFRASTRUCTURE = (
    "torch",
    "numpy",
    "joblib",
    "loky",
    "pip",
    "setuptools",
    "pkg_resources",
    "_distutils_hack",
    "importlib_metadata",
    "ipykernel",
    "jupyter_client",
    "zmq",
    "tornado",
    "urllib3",
    "requests",
    "fsspec",
    "filelock",
    "threadpoolctl",
)
#: Parts of other packages that name their own objects at random.
_NAMING = ("sklearn.callback",)
#: What lies among them and writes files for the user.
_WRITERS = ("torch.utils.tensorboard",)
_AGENT = os.path.dirname(os.path.abspath(__file__)) + os.sep
_STANDARD = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
_PACKAGES = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)
_MOST_CODES = 20000
_known = {}


def of(frame):
    """The origin of the code that a frame runs."""
    code = frame.f_code
    known = _known.get(code)
    if known is None:
        if len(_known) > _MOST_CODES:
            _known.clear()
        known = _known[code] = _classify(frame, code.co_filename)
    return known


def _classify(frame, path):
    module = frame.f_globals.get("__name__") or ""
    if path.startswith("<"):
        if path.startswith("<ipython") or path == "<stdin>" or (path == "<string>" and module == "__main__"):
            return USER
        return STANDARD if path.startswith("<frozen") else LIBRARY
    path = os.path.normpath(os.path.abspath(path))
    if path.startswith(_AGENT):
        return OURS
    packaged = any(part in path for part in _PACKAGES)
    if sites.users(path):
        return USER
    if path.startswith(_STANDARD) and not packaged:
        return STANDARD
    if module.startswith(_NAMING) or module.partition(".")[0] in _INFRASTRUCTURE and not module.startswith(_WRITERS):
        return INFRASTRUCTURE
    if module == "__main__" and not packaged and frame.f_globals.get("__spec__") is None:
        return USER
    return LIBRARY


def asking(frame, passing=()):
    """The first frame, from this one outward, that is neither ours nor of a module that only passes a call on, or None."""
    while frame is not None:
        if of(frame) != OURS and frame.f_globals.get("__name__") not in passing:
            return frame
        frame = frame.f_back
    return None


def from_outside(frame, passing=()):
    """Whether the user's own code or a library that can shape a result asks, and not the machinery under them."""
    frame = asking(frame, passing)
    return frame is not None and of(frame) in (USER, LIBRARY)


def by_the_agent(frame):
    """Whether the agent itself calls the function of ours that runs in this frame, and not the script."""
    inner = frame.f_globals.get("__name__")
    while frame is not None and frame.f_globals.get("__name__") in (inner, "lockstep_agent.stands"):
        frame = frame.f_back
    return frame is not None and of(frame) == OURS


def below_infrastructure(frame):
    """Whether machinery lies between this frame and the user's own code."""
    while frame is not None:
        origin = of(frame)
        if origin == USER:
            return False
        if origin == INFRASTRUCTURE:
            return True
        frame = frame.f_back
    return False


def users_own(frame):
    """Whether the user's own code asks, with nothing of anybody else's between."""
    frame = asking(frame)
    return frame is not None and of(frame) == USER


def inside_installation(path):
    """Whether a path lies where packages are installed."""
    try:
        path = os.path.abspath(os.fspath(path))
    except TypeError:
        return False
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    path += os.sep
    if settings.project and path.startswith(os.path.abspath(settings.project) + os.sep):
        return any(part in path for part in _PACKAGES)
    return path.startswith(_STANDARD) or path.startswith("/proc/") or path.startswith("/sys/") or any(
        part in path for part in _PACKAGES
    ) or (sys.prefix != sys.base_prefix and path.startswith(sys.prefix + os.sep))
