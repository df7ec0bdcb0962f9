"""Sees the operating system's entropy taken by the user's code, or by a library that can shape a result."""

import os
import sys

from lockstep_agent import entropies, stands
from lockstep_agent.imports import when_imported

_SOURCES = {"secrets": "secrets", "uuid": "uuid4", "random": "SystemRandom"}

_NAMING = ("secrets", "uuid4", "os.urandom")
#: Fewer bytes than these stand in a text by chance.
_FEWEST = 4


def install():
    """Taps `os.urandom`, and `random`, which keeps it under a name of its own."""
    tapped = stands.put(os, "urandom", _make)
    if tapped:
        when_imported("random", _tap_random)


def _make(original):
    def urandom(size, /):
        source = _source()
        taken = original(size) if source in _NAMING else None
        value = entropies.taken("system", source, _bits(size), entropies.PASSING, _digits(source, taken))
        return (taken or original(size)) if value is None else value.to_bytes(size, "big")

    return urandom


def _digits(source, taken):
    """The hexadecimal digits of what was taken, where it may name something."""
    if not taken or not _FEWEST <= len(taken) <= 32:
        return None
    number = int.from_bytes(taken, "big")
    if source == "uuid4" and len(taken) == 16:
        number = number & ~(0xC000 << 48) & ~(0xF000 << 64) | 0x8000 << 48 | 4 << 76
    return "%0*x" % (2 * len(taken), number)


def _bits(size):
    return size * 8 if type(size) is int and size > 0 else 0


def _source():
    """The outermost of the standard modules that the request came through."""
    frame = sys._getframe(3)
    source = "os.urandom"
    while frame is not None:
        module = frame.f_globals.get("__name__")
        if module not in _SOURCES:
            break
        source = _SOURCES[module]
        frame = frame.f_back
    return source


def _tap_random(random):
    if getattr(random, "_urandom", None) is getattr(os.urandom, "__wrapped__", None):
        random._urandom = os.urandom
