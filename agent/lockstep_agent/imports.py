"""Calls actions when modules are imported, without importing anything and without a trace in the modules."""

import sys

from lockstep_agent.guard import guarded

_actions = {}
_first = {}
_waiting = []


def when_imported(name, action):
    """Calls `action(module)` after the module has executed: at once if it has, else at its import, and at each reload.

    Actions of one module run in the order in which they were given.
    """
    action = guarded(action)
    _actions.setdefault(name, []).append(action)
    module = sys.modules.get(name)
    if module is not None:
        if _initializing(module):
            _waiting.append((name, action))
        else:
            action(module)
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)


def before_import(name, action):
    """Calls `action()` each time that the module is looked for, before it executes."""
    _first.setdefault(name, []).append(guarded(action))
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)


def _initializing(module):
    return getattr(getattr(module, "__spec__", None), "_initializing", False)


def _executed(module):
    name = module.__spec__.name if getattr(module, "__spec__", None) else module.__name__
    # A list that actions may extend while it is read: what they add calls itself at once.
    for action in tuple(_actions.get(name, ())):
        action(module)


class _Finder:
    """First on `sys.meta_path`; finds nothing itself, but hooks the loader of a spec that another finder gave."""

    def __init__(self):
        self._busy = set()

    def find_spec(self, name, path=None, target=None):
        if _waiting:
            _serve_waiting()
        if name in _first and name not in self._busy:
            for action in tuple(_first[name]):
                action()
        if name not in _actions or name in self._busy:
            return None
        self._busy.add(name)
        try:
            for finder in list(sys.meta_path):
                find = None if finder is self else getattr(finder, "find_spec", None)
                spec = find(name, path, target) if find else None
                if spec is not None:
                    _hook(spec)
                    return spec
            return None
        finally:
            self._busy.discard(name)

    def invalidate_caches(self):
        """Nothing is kept here."""


@guarded
def _serve_waiting():
    for entry in list(_waiting):
        module = sys.modules.get(entry[0])
        if module is None or not _initializing(module):
            _waiting.remove(entry)
            if module is not None:
                entry[1](module)


@guarded
def _hook(spec):
    loader = spec.loader
    execute = getattr(loader, "exec_module", None)
    if execute is None:
        return
    if not isinstance(loader, type) and hasattr(loader, "__dict__"):

        def exec_module(module):
            loader.__dict__.pop("exec_module", None)
            loader.exec_module(module)
            _executed(module)

        loader.exec_module = exec_module
    else:
        spec.loader = _Stand(loader, spec)


class _Stand:
    """In the place of a loader that keeps no attributes, until the module executes."""

    def __init__(self, loader, spec):
        self._loader = loader
        self._spec = spec

    def __getattr__(self, name):
        return getattr(self._loader, name)

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._spec.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        _executed(module)


_finder = _Finder()
