"""Sees the operating system's entropy taken by the user's code, or by a library that can shape a result."""

import os
import sys

from lockstep_agent import entropies, stands
from lockstep_agent.imports import when_imported

_SOURCES = {"secrets": "secrets", "uuid": "uuid4", "random": "SystemRandom"}


def install():
    """Taps `os.urandom`, and `random`, which keeps it under a name of its own."""
    tapped = stands.put(os, "urandom", _make)
    if tapped:
        when_imported("random", _tap_random)


def _make(original):
    def urandom(size, /):
        value = entropies.taken("system", _source(), _bits(size), entropies.PASSING)
        return original(size) if value is None else value.to_bytes(size, "big")

    return urandom


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
