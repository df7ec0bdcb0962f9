"""Takes a built-in function's place so that nobody who holds the stand-in can tell: not bound as a class attribute, pickled by name."""

import os
import sys

_withdrawn = {}


class Stand:
    """Calls `function`; looks like the built-in `__wrapped__`, and is found where that is looked up.

    torch keeps sets and maps of its own functions (which take the default device, which a tensor's class overrides), and
    asks them for the built-in.
    """

    def __init__(self, function, original, module):
        self.function = function
        self.__wrapped__ = original
        self.__name__ = self.__qualname__ = getattr(original, "__name__", "?")
        self.__module__ = module
        self.__doc__ = getattr(original, "__doc__", None)

    def __call__(self, *arguments, **keywords):
        return self.function(*arguments, **keywords)

    def __getattr__(self, name):
        if name == "__wrapped__" or name == "function":
            raise AttributeError(name)
        return getattr(self.__wrapped__, name)

    def __eq__(self, other):
        return self is other or self.__wrapped__ == getattr(other, "__wrapped__", other)

    def __hash__(self):
        return hash(self.__wrapped__)

    def __repr__(self):
        return repr(self.__wrapped__)

    def __reduce__(self):
        return self.__name__


def put(owner, name, make, module=None):
    """Puts a stand-in that calls `make(original)` in the place of a module's function; gives a callable that takes it out.

    Whoever holds the stand-in when it is taken out calls the original through it from then on. Gives None when there is none.
    """
    original = getattr(owner, name, None)
    if original is None:
        return None
    stand = Stand(make(original), original, module or owner.__name__)
    setattr(owner, name, stand)

    def undo():
        stand.function = original
        if getattr(owner, name, None) is stand:
            setattr(owner, name, original)
        withdrawn(stand, original)

    return undo


def withdrawn(ours, original):
    """Says that a function of ours stands nowhere any more where we put it; somebody may have imported it from there."""
    _withdrawn[id(ours)] = (ours, original)


def exchange(of_file=None):
    """Gives the modules that imported a function of ours by name the original in its place.

    All modules, or those whose file's path `of_file` accepts.
    """
    for module in list(sys.modules.values()):
        names = getattr(module, "__dict__", None)
        if type(names) is not dict:
            continue
        if of_file is not None:
            path = names.get("__file__")
            if type(path) is not str or not of_file(path if path.startswith("/") else os.path.abspath(path)):
                continue
        found = [(name, value) for name, value in list(names.items()) if id(value) in _withdrawn]
        for name, value in found:
            ours, original = _withdrawn[id(value)]
            if value is ours:
                names[name] = original
