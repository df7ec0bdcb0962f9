"""Sees SQLite's `random()` and `randomblob()`, which draw from a generator of SQLite's own that no call seeds.

Each connection that Python opens gets functions of these names, which draw from the operating system's entropy as a seed of
that generator does, or from what a pin gives.
"""

import functools
import os
import sys

from lockstep_agent import entropies
from lockstep_agent.guard import guarded
from lockstep_agent.imports import when_imported

_MOST_PLACES = 256
_SIGN = 1 << 63
_urandom = getattr(os.urandom, "__wrapped__", os.urandom)

#: From the place that asks the database to the state of its pinned stream, None where no pin holds.
_places = {}


def install():
    """Taps both modules when they are imported: the second has what the first has by then."""
    when_imported("sqlite3.dbapi2", _tap)
    when_imported("sqlite3", _tap)


def _tap(module):
    original = module.connect
    if hasattr(original, "__lockstep__"):
        return

    @functools.wraps(original)
    def connect(*arguments, **keywords):
        connection = original(*arguments, **keywords)
        _prepare(module, connection)
        return connection

    connect.__lockstep__ = True
    module.connect = connect


@guarded
def _prepare(module, connection):
    create = module.Connection.create_function
    create(connection, "random", 0, _random)
    create(connection, "randomblob", 1, _blob)


def _random():
    return int.from_bytes(_octets(sys._getframe(1), 8), "big") - _SIGN


def _blob(size):
    return _octets(sys._getframe(1), max(1, int(size or 0)))


def _octets(frame, size):
    """So many bytes; a row after the first of a place costs no look at the stack."""
    place = (frame.f_code, frame.f_lineno) if frame is not None else None
    try:
        state = _places[place]
    except KeyError:
        state = entropies.taken("system", "sqlite.random", 64)
        if len(_places) < _MOST_PLACES:
            _places[place] = state
    if state is None:
        return _urandom(size)
    out = bytearray()
    while len(out) < size:
        # SplitMix64: what a row gets depends on the pin and on how many came before it alone.
        state = (state + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
        out += (mixed ^ (mixed >> 31)).to_bytes(8, "big")
    _places[place] = state
    return bytes(out[:size])
