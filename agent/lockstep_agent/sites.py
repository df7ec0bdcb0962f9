"""Says which line of the user's own code an event comes from, and through which library function."""

import os
import sys

from lockstep_agent.settings import settings

_AGENT = os.path.dirname(os.path.abspath(__file__)) + os.sep
START = os.getcwd() if os.path.exists(".") else "/"
_STANDARD = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
_PACKAGES = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)
_MACHINERY = ("importlib", "runpy", "threading", "multiprocessing", "concurrent.futures", "contextlib", "functools")
_MOST_CODES = 20000

_OURS, _LIBRARY, _MACHINE, _USER = range(4)
_known = {}
_roots = None

#: Whether `multiprocessing` spawned this process: the command line's own text is not the user's then.
spawned = False

#: The site of events with no user's frame below them: in a loader's worker, where the loader was made.
fallback = None


def _prepare():
    global _roots
    roots = []
    for root in (settings.project, settings.origin):
        if root:
            for form in (os.path.abspath(root), os.path.realpath(root)):
                if form not in roots:
                    roots.append(form)
    _roots = [root if root.endswith(os.sep) else root + os.sep for root in roots]


def relative(path):
    """A path as events name it: relative to the project with `/` when inside it, absolute when not."""
    if _roots is None:
        _prepare()
    if not os.path.isabs(path):
        path = os.path.join(START, path)
    path = os.path.normpath(path)
    for root in _roots:
        if path.startswith(root):
            return path[len(root):].replace(os.sep, "/")
    return path


def users(path):
    """Whether the file of this absolute path is the user's own code."""
    if _roots is None:
        _prepare()
    if path.startswith(_AGENT) or any(part in path for part in _PACKAGES):
        return False
    # The run folder, with caches in which the compiler writes code, lies in the project too.
    if not any(path.startswith(root) for root in _roots) or path.startswith(os.path.join(settings.run, "")):
        return False
    if path.startswith(_STANDARD):
        return False
    if sys.prefix != sys.base_prefix:
        prefix = sys.prefix + os.sep
        if path.startswith(prefix) and not any(root.startswith(prefix) for root in _roots):
            return False
    return True


def standard_or_ours(path):
    """Whether the file of this absolute path is the standard library's or the agent's."""
    return path.startswith((_AGENT, _STANDARD))


def _classify(frame, code):
    name = code.co_filename
    if name.startswith("<"):
        if name.startswith("<ipython") or name == "<stdin>":
            return _USER, name
        if name == "<string>" and frame.f_globals.get("__name__") == "__main__" and not frame.f_globals.get("__file__"):
            return (_MACHINE, None) if spawned else (_USER, name)
        return (_MACHINE if "importlib" in name else _LIBRARY), None
    path = name if os.path.isabs(name) else os.path.join(START, name)
    path = os.path.normpath(path)
    if path.startswith(_AGENT):
        return _OURS, None
    if users(path):
        return _USER, relative(path)
    module = frame.f_globals.get("__name__") or ""
    if module == "__main__" and frame.f_globals.get("__spec__") is None and not path.startswith(_STANDARD):
        # The script itself is the user's, wherever it lies, but not a launcher that a package installed.
        if not any(part in path for part in _PACKAGES) and not path.startswith(os.path.join(sys.prefix, "bin") + os.sep):
            return _USER, relative(path)
    if any(module == machine or module.startswith(machine + ".") for machine in _MACHINERY):
        return _MACHINE, None
    return _LIBRARY, None


def _qualified(frame):
    code = frame.f_code
    module = frame.f_globals.get("__name__") or "?"
    if code.co_name == "<module>":
        return module
    name = getattr(code, "co_qualname", None)
    if name is None:
        name = code.co_name
        first = code.co_varnames[0] if code.co_argcount else None
        if first in ("self", "cls"):
            owner = frame.f_locals.get(first)
            kind = owner if isinstance(owner, type) else type(owner)
            for base in getattr(kind, "__mro__", ()):
                held = vars(base).get(code.co_name)
                held = getattr(held, "__func__", held)
                if getattr(held, "__code__", None) is code:
                    kind = base
                    break
            name = getattr(kind, "__qualname__", "?") + "." + name
    return module + "." + name


def _wraps(code):
    """Whether a function only calls another one for its library: what a decorator made, or a module's call."""
    return (
        "<locals>" in getattr(code, "co_qualname", "")
        or code.co_name in ("wrapper", "_wrapped_call_impl", "_call_impl", "__call__")
    )


def _torchs(frame):
    """Whether a function is torch's: one that only wraps another of torch's names none that the user called."""
    return (frame.f_globals.get("__name__") or "").partition(".")[0] == "torch"


def caller(skip=0):
    """The innermost frame of the user's own code, and the outermost library function that its line called.

    Gives `(site, via)`; a site is `[file, line, function]` or None, via a text or None. `skip` leaves out that many
    frames above the caller of this function; the agent's own are always left out.
    """
    try:
        frame = sys._getframe(1 + skip)
    except ValueError:
        return None, None
    via = None
    while frame is not None:
        code = frame.f_code
        known = _known.get(code)
        if known is None:
            if len(_known) > _MOST_CODES:
                _known.clear()
            known = _known[code] = _classify(frame, code)
        kind, path = known
        if kind == _USER:
            return [path, frame.f_lineno, code.co_name], _qualified(via) if via is not None else None
        if kind == _LIBRARY and (not _wraps(code) or via is None and not _torchs(frame)):
            via = frame
        frame = frame.f_back
    return fallback, _qualified(via) if via is not None else None


def of_traceback(trace):
    """The innermost site of the user's own code in a traceback, or None."""
    site = None
    while trace is not None:
        frame = trace.tb_frame
        kind, path = _classify(frame, frame.f_code)
        if kind == _USER:
            site = [path, trace.tb_lineno, frame.f_code.co_name]
        trace = trace.tb_next
    return site
