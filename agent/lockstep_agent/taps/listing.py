"""Sees directories listed by the user's code, or by a library that can shape a result, with the order of the names.

A listing is passed on as it came, unless a pin or a factor on purpose orders it. Generators stay generators.
"""

import functools
import hashlib
import os
import sys

from lockstep_agent import acting, guard, origins, stands
from lockstep_agent.guard import guarded
from lockstep_agent.imports import when_imported
from lockstep_agent.sites import caller, relative
from lockstep_agent.stream import emit

MOST_AT_ONE_PLACE = 16
_counts = {}

#: Set by the pin `file-order` and by the factor of that name: from a list and a key function to the list in another order.
order = None
pin = None

#: Whether a pin put a listing in order below a function that is tapped itself, which then finds it in order already.
_ordered_below = False


def install():
    """Taps `os`, `glob` and `pathlib`."""
    _once(os, "listdir", _listdir)
    _once(os, "scandir", _scandir)
    _once(os, "walk", _walk, plain=True)
    when_imported("glob", _tap_glob)
    when_imported("pathlib", _tap_pathlib)


def _once(owner, name, wrap, plain=False):
    original = getattr(owner, name, None)
    if original is None or isinstance(original, stands.Stand) or hasattr(original, "__lockstep__"):
        return
    if plain:
        wrapper = functools.wraps(original)(wrap(original))
        wrapper.__lockstep__ = True
        setattr(owner, name, wrapper)
    else:
        stands.put(owner, name, wrap)


def _text(name):
    return os.fsdecode(name) if isinstance(name, bytes) else str(name)


def _asked(path):
    """Whether a listing counts: not the machinery's own, and not of installed packages."""
    try:
        frame = sys._getframe(2)
        return (
            origins.from_outside(frame)
            and not origins.by_the_agent(frame)
            and not origins.inside_installation(path)
        )
    except Exception:
        return False


@guarded
def _seen(function, path, names):
    site, via = caller()
    place = (function, tuple(site) if site else None, via)
    _counts[place] = _counts.get(place, 0) + 1
    if _counts[place] > MOST_AT_ONE_PLACE:
        return
    digest = hashlib.sha256()
    texts = [_text(name) for name in names]
    for text in texts:
        data = text.encode("utf-8", "surrogateescape")
        digest.update(len(data).to_bytes(8, "big") + data)
    emit(
        "listing",
        function=function,
        path=_place(path),
        count=len(texts),
        order=digest.digest()[:8],
        sorted=all(texts[i] <= texts[i + 1] for i in range(len(texts) - 1)),
        site=site,
        via=via,
    )


def _place(path):
    path = os.path.abspath(_text(path))
    inside = relative(os.path.join(path, "x"))
    return path if os.path.isabs(inside) else inside[:-2] or "."


def _ordered(values, key, function):
    """The values in the order that a pin or a factor wants, or as they are."""
    global _ordered_below
    if order is None:
        return values
    try:
        found = order(values, key)
    except Exception as error:
        guard.problem("listing.order: %s: %s" % (type(error).__name__, error))
        return values
    below, _ordered_below = _ordered_below, False
    if pin and (below or any(a is not b for a, b in zip(found, values))):
        site, via = caller()
        acting.acted(pin, site, via, function)
    return found


def _listdir(original):
    def listdir(*arguments, **keywords):
        names = original(*arguments, **keywords)
        path = arguments[0] if arguments else keywords.get("path", ".")
        if not isinstance(path, int) and _asked("." if path is None else path):
            names = _ordered(names, _text, "os.listdir")
            _seen("os.listdir", "." if path is None else path, names)
        elif order is not None:
            names = _quietly(names, _text)
        return names

    return listdir


def _quietly(values, key):
    """As `_ordered`, for the machinery's own listings below a function that is tapped itself."""
    global _ordered_below
    try:
        found = order(values, key)
    except Exception:
        return values
    _ordered_below = _ordered_below or any(a is not b for a, b in zip(found, values))
    return found


class _Entries:
    """The iterator that `os.scandir` gives, over entries that were read already."""

    def __init__(self, entries):
        self._entries = iter(entries)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._entries)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        """Gives up what is left."""
        self._entries = iter(())


def _scandir(original):
    def scandir(*arguments, **keywords):
        entries = original(*arguments, **keywords)
        path = arguments[0] if arguments else keywords.get("path", ".")
        if isinstance(path, int):
            return entries
        asked = _asked("." if path is None else path)
        if not asked and order is None:
            return entries
        with entries:
            found = list(entries)
        if asked:
            found = _ordered(found, _name, "os.scandir")
            _seen("os.scandir", "." if path is None else path, [entry.name for entry in found])
        else:
            found = _quietly(found, _name)
        return _Entries(found)

    return scandir


def _name(entry):
    return _text(entry.name)


def _walk(original):
    def walk(top, *arguments, **keywords):
        steps = original(top, *arguments, **keywords)
        return _walked(steps, top) if _asked(top) else steps

    def _walked(steps, top):
        names = []
        try:
            for step in steps:
                if len(names) < 100000:
                    names.extend(_text(step[0]) + "/" + _text(name) for name in step[2])
                yield step
        finally:
            _seen("os.walk", top, names)

    return walk


def _listed(original, shown):
    def listed(pathname, *arguments, **keywords):
        names = original(pathname, *arguments, **keywords)
        if _asked(os.path.dirname(_text(pathname)) or "."):
            names = _ordered(names, _text, shown)
            _seen(shown, os.path.dirname(_text(pathname)) or ".", names)
        return names

    return listed


def _iterated(original, shown):
    def iterated(pathname, *arguments, **keywords):
        names = original(pathname, *arguments, **keywords)
        if not _asked(os.path.dirname(_text(pathname)) or "."):
            return names
        return _lazily(names, shown, os.path.dirname(_text(pathname)) or ".")

    return iterated


def _lazily(values, shown, path):
    """The same values one by one; all at once only where they are put in order."""
    if order is not None:
        values = _ordered(list(values), _text, shown)
    passed = []
    try:
        for value in values:
            if len(passed) < 100000:
                passed.append(_text(value))
            yield value
    finally:
        _seen(shown, path, passed)


def _tap_glob(module):
    _once(module, "glob", lambda original: _listed(original, "glob.glob"), plain=True)
    _once(module, "iglob", lambda original: _iterated(original, "glob.iglob"), plain=True)


def _tap_pathlib(module):
    for name in ("iterdir", "glob", "rglob"):
        original = vars(module.Path).get(name)
        if original is None or hasattr(original, "__lockstep__"):
            continue
        wrapper = functools.wraps(original)(_of_path(original, "Path." + name))
        wrapper.__lockstep__ = True
        setattr(module.Path, name, wrapper)


def _of_path(original, shown):
    def listed(self, *arguments, **keywords):
        values = original(self, *arguments, **keywords)
        return _lazily(values, shown, self) if _asked(self) else values

    return listed
