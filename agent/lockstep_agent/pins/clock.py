"""Every run starts at the same instant and its clock advances by a fixed step at each reading in a thread; the process id is a constant.

The parameters set another clock than the usual one: `step` in milliseconds, `later` in seconds, and `pid`, by which process ids
are multiplied. Numbers that tell the time then differ between two runs just as their clocks do.

That holds for the user's own code and for libraries that can shape a result. What waits (threads, queues, processes,
torch's own communication) reads the real clock, and a loop that waits for time to pass ends, since each reading advances.
"""

import functools
import os
import sys
import threading

from lockstep_agent import acting, guard, lineage, origins, stands
from lockstep_agent.imports import when_imported
from lockstep_agent.sites import caller
from lockstep_agent.stream import emit

_PIN = "clock"
MOST_PLACES = 32

#: 2020-01-01 00:00:00 UTC, and a millisecond, in nanoseconds.
START = 1577836800 * 10**9
STEP = 10**6


class _Clock:
    start = START
    step = STEP
    pid = 1


_own = threading.local()
_places = set()
_WALL = {"time": 1e-9, "time_ns": None}
_ELAPSED = {
    "perf_counter": 1e-9,
    "perf_counter_ns": None,
    "monotonic": 1e-9,
    "monotonic_ns": None,
    "process_time": 1e-9,
    "process_time_ns": None,
    "thread_time": 1e-9,
    "thread_time_ns": None,
}
#: Functions that read the clock when their last argument is left out, and where that argument stands.
_READING = {"localtime": 0, "gmtime": 0, "ctime": 0, "strftime": 1, "asctime": 0}


def apply(parameters):
    """Replaces the functions of `time`, `os.getpid` and the class methods of `datetime` that read the clock."""
    _Clock.start = START + int(parameters.get("later", 0)) * 10**9
    _Clock.step = int(parameters.get("step", 1)) * STEP
    _Clock.pid = parameters.get("pid", 1)
    when_imported("time", _tap_time)
    when_imported("datetime", _tap_datetime)
    stands.put(os, "getpid", _pid)


def _asked():
    """Whether the reading counts: asked for by the user's code or a library, not by the machinery that waits."""
    try:
        frame = sys._getframe(2)
        return origins.from_outside(frame, ("uuid",)) and not origins.by_the_agent(frame)
    except Exception:
        return False


def _now():
    """The instant of this thread's next reading: how threads take turns shows in no reading."""
    _own.readings = readings = getattr(_own, "readings", -1) + 1
    return _Clock.start + readings * _Clock.step


def _note(shown):
    try:
        frame = origins.asking(sys._getframe(1))
        place = (frame.f_code, frame.f_lineno, shown)
        if len(_places) < MOST_PLACES and place not in _places:
            _places.add(place)
            site, via = caller()
            if origins.of(frame) == origins.USER:
                emit("clock", function=shown, site=site)
            acting.acted(_PIN, site, via, shown)
    except Exception as error:
        guard.problem("clock.note: %s: %s" % (type(error).__name__, error))


def _tap_time(time):
    real = {name: getattr(time, name) for name in ("localtime", "gmtime") if hasattr(time, name)}
    for names, start in ((_WALL, 0), (_ELAPSED, _Clock.start)):
        for name, unit in names.items():
            stands.put(time, name, functools.partial(_reading, "time." + name, unit, start))
    for name, place in _READING.items():
        stands.put(time, name, functools.partial(_converting, name, place, real))


def _reading(shown, unit, start, original):
    def read():
        if not _asked():
            return original()
        _note(shown)
        value = _now() - start
        return value if unit is None else value / 10**9

    return read


def _converting(name, place, real, original):
    def convert(*arguments):
        missing = len(arguments) <= place or (name != "strftime" and arguments[place] is None)
        if not missing or name == "strftime" and not arguments or not _asked():
            return original(*arguments)
        _note("time." + name)
        seconds = _now() // 10**9
        if name == "asctime":
            return original(real["localtime"](seconds))
        return original(arguments[0], real["localtime"](seconds)) if name == "strftime" else original(seconds)

    return convert


def _pid(original):
    def getpid():
        if not _asked():
            return original()
        _note("os.getpid")
        # Different for each process of the experiment, the same in every run.
        pid = 100000 + (hash_of(lineage.name()) if lineage.name() != "main" else 0)
        return int(pid * _Clock.pid)

    return getpid


def hash_of(text):
    """A number below 900000 that depends on the text alone."""
    value = 0
    for byte in text.encode():
        value = (value * 131 + byte) % 900000
    return value


def _tap_datetime(module):
    """Exchanges what reads the clock in the classes themselves, which stay the classes that C code has subclassed."""
    utc = module.timezone.utc

    def now(original):
        def now(cls, tz=None):
            if not _asked():
                return original.__get__(None, cls)(tz)
            _note("datetime.now")
            return cls.fromtimestamp(_now() / 10**9, tz)

        return now

    def utcnow(original):
        def utcnow(cls):
            if not _asked():
                return original.__get__(None, cls)()
            _note("datetime.utcnow")
            return cls.fromtimestamp(_now() / 10**9, utc).replace(tzinfo=None)

        return utcnow

    def today(original):
        def today(cls):
            if not _asked():
                return original.__get__(None, cls)()
            _note("date.today")
            return cls.fromtimestamp(_now() / 10**9)

        return today

    _exchange(module.date, today=today)
    _exchange(module.datetime, now=now, utcnow=utcnow)


def _exchange(kind, **makers):
    """Puts class methods made from the originals into a built-in class, which takes no new attribute the usual way."""
    import ctypes
    import gc

    names = next(part for part in gc.get_referents(kind.__dict__) if type(part) is dict and "__doc__" in part)
    for name, make in makers.items():
        names[name] = classmethod(make(names[name]))
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))
