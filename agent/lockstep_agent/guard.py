"""Keeps the agent a guest: what goes wrong in it becomes a `problem` event, and what it replaces looks as before."""

import functools
import os

from lockstep_agent import stream

_MOST_PROBLEMS = 16
_seen = set()


class _Compiler:
    """What takes Dynamo's callback for new frames and gives the one before; None while there is no Dynamo."""

    swap = None


def pause_compiler_with(swap):
    """Has every guarded function run with no compiler looking at the frames beneath it, whoever's they are."""
    _Compiler.swap = swap


def problem(text):
    """Records an error of the agent's own; the same text once, the first few only."""
    try:
        if text not in _seen and len(_seen) < _MOST_PROBLEMS:
            _seen.add(text)
            stream.emit("problem", text=text[:2000])
    except Exception:
        pass


def describe(error):
    """The type, text and innermost places of an exception, without the values of anybody's variables."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append("%s:%d" % (os.path.basename(code.co_filename), trace.tb_lineno))
        trace = trace.tb_next
    return "%s: %s (%s)" % (type(error).__name__, error, " > ".join(places[-4:]))


def guarded(function):
    """The function with its exceptions recorded instead of raised; it gives None then.

    For the agent's own work only. A wrapper calls the script's function outside of it, so that the script's exceptions pass.
    """

    @functools.wraps(function)
    def guarded_call(*arguments, **keywords):
        swap = _Compiler.swap
        before = swap(None) if swap is not None else None
        try:
            return function(*arguments, **keywords)
        except Exception as error:
            problem(function.__module__.rpartition(".")[2] + "." + function.__qualname__ + ": " + describe(error))
            return None
        finally:
            if swap is not None:
                swap(before)

    return guarded_call


def replace(owner, name, wrapper):
    """Puts `wrapper(original)` in the place of the attribute `name` of a module or class; gives a callable that undoes it.

    The new function keeps name, qualified name, module, text and attributes of the old one, which it names in `__wrapped__`.
    For a static or class method, `original` is the plain function (a class method's takes the class first), and what
    `wrapper` gives is made static or a class method again. An inherited attribute is replaced in `owner` alone.
    """
    own = vars(owner)
    had = name in own
    if had:
        before = own[name]
    elif isinstance(owner, type):
        before = next((vars(base)[name] for base in owner.__mro__ if name in vars(base)), None)
        if before is None:
            raise AttributeError(name)
    else:
        before = getattr(owner, name)
    kind = type(before) if isinstance(before, (staticmethod, classmethod)) else None
    original = before.__func__ if kind else before
    new = wrapper(original)
    functools.update_wrapper(new, original)
    setattr(owner, name, kind(new) if kind else new)

    def undo():
        if had:
            setattr(owner, name, before)
        else:
            delattr(owner, name)

    return undo


def replace_class(module, name, making):
    """Puts a stand-in for a compiled class, which nothing can inherit from, in its place: it makes the same objects.

    `making(original, arguments, keywords)` makes them. Questions about types (`isinstance`, `issubclass`) are the original's,
    and so are its other attributes.
    """
    original = getattr(module, name)

    class StandIn(type):
        def __call__(cls, *arguments, **keywords):
            return making(original, arguments, keywords)

        def __instancecheck__(cls, instance):
            return isinstance(instance, original)

        def __subclasscheck__(cls, other):
            return other is cls or issubclass(other, original)

        def __getattr__(cls, attribute):
            return getattr(original, attribute)

        def __repr__(cls):
            return repr(original)

    names = {"__module__": original.__module__, "__qualname__": original.__qualname__, "__doc__": original.__doc__}
    setattr(module, name, StandIn(original.__name__, (), dict(names, __wrapped__=original)))
