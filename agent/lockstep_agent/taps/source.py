"""Keeps the text of the project's own files that the run executes or reads as code, as it was when it did.

What is kept lies in the run folder's `code/` under the file's path in the project. The agent makes no event of it: a
spawned worker executes the script before its role is known.
"""

import os
import sys

from lockstep_agent import audit, sites
from lockstep_agent.pid import getpid
from lockstep_agent.settings import settings
from lockstep_agent.taps import files

_MOST_BYTES = 1 << 20
_MOST_IN_ALL = 16 << 20
_MOST_PATHS = 20000
_noted = set()
_kept = {}
_sum = [0]


def install():
    """Taps the execution of code objects, of which each module and script is one, and the opening of `.py` files."""
    if settings.keep:
        audit.on("exec", _executing)
        audit.on("open", _opening)


def kept(path):
    """The bytes that the file of this absolute path held when it was executed, or None."""
    return _kept.get(path)


def _executing(arguments):
    path = getattr(arguments[0], "co_filename", None)
    if type(path) is str and path not in _noted and not path.startswith("<"):
        _note(path)


def _opening(arguments):
    path = arguments[0]
    if type(path) is str and path.endswith(".py") and path not in _noted and not getattr(files.busy, "on", False):
        if not (arguments[2] & files.WRITES):
            _note(path)


def _note(path):
    if len(_noted) >= _MOST_PATHS:
        return
    _noted.add(path)
    path = os.path.normpath(os.path.join(sites.START, path))
    if path in _kept or not sites.users(path) or path.startswith(os.path.join(settings.run, "")):
        return
    files.busy.on = True
    try:
        if os.path.getsize(path) > min(_MOST_BYTES, _MOST_IN_ALL - _sum[0]):
            return
        with open(path, "rb") as file:
            _kept[path] = content = file.read()
        _sum[0] += len(content)
        _keep(os.path.join(settings.run, "code", *sites.relative(path).split("/")), content)
    except OSError:
        pass
    finally:
        files.busy.on = False


def _keep(place, content):
    """Writes what another process of the run has not written yet, whole or not at all."""
    if os.path.exists(place):
        return
    os.makedirs(os.path.dirname(place), exist_ok=True)
    part = "%s.%d.part" % (place, getpid())
    with open(part, "wb") as file:
        file.write(content)
    os.replace(part, place)
