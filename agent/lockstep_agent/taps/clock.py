"""Sees the user's own code read the clock or the process id, the first from each place, and then gets out of the way."""

import functools
import os
import sys

from lockstep_agent import acting, guard, origins, stands, unseeded
from lockstep_agent.guard import guarded
from lockstep_agent.imports import when_imported
from lockstep_agent.settings import settings
from lockstep_agent.sites import caller
from lockstep_agent.stream import emit

MOST_PLACES = 32
MOST_CALLS = 4000
CLOCKS = ("time", "time_ns", "perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "process_time", "process_time_ns")


class _State:
    calls = 0
    on = True
    busy = False


_undo = []
_places = set()


def install():
    """Taps `time`, which every Python has loaded, and `os.getpid`; not where the pin `clock` already stands."""
    if "clock" in settings.pins:
        return
    when_imported("time", _tap_time)
    _put(os, "getpid", "os.getpid")
    unseeded.before_compilation(_stop)


def _tap_time(time):
    for name in CLOCKS:
        _put(time, name, "time." + name)


def _put(owner, name, shown):
    _undo.append(stands.put(owner, name, functools.partial(_read, shown)))


def _read(shown, original):
    def read():
        if _State.on and not _State.busy:
            _note(shown)
        return original()

    return read


def _note(shown):
    _State.busy = True
    try:
        frame = sys._getframe(3)
        if origins.of(frame) == origins.OURS:
            return
        _State.calls += 1
        if _State.calls > MOST_CALLS:
            _stop()
            return
        place = (frame.f_code, frame.f_lineno, shown)
        if place not in _places and origins.of(frame) == origins.USER:
            _places.add(place)
            seen(shown)
            if len(_places) >= MOST_PLACES:
                _stop()
    except Exception as error:
        guard.problem("clock.note: %s: %s" % (type(error).__name__, error))
    finally:
        _State.busy = False


def seen(shown, pin=None):
    """Emits a `clock` event for the caller's line."""
    site, via = caller()
    emit("clock", function=shown, site=site)
    if pin:
        acting.acted(pin, site, via, shown)


@guarded
def _stop():
    _State.on = False
    while _undo:
        undo = _undo.pop()
        if undo is not None:
            undo()
