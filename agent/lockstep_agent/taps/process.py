"""Sees the processes that this one starts, and how it ends itself."""

import atexit
import os
import sys
import threading

from lockstep_agent import audit, exits, identity, lineage, sites, stream
from lockstep_agent.guard import guarded, replace
from lockstep_agent.imports import when_imported
from lockstep_agent.progress import progress
from lockstep_agent.settings import settings

_depth = threading.local()

#: What the processes of a pool run, of whatever package: which of them takes which task is a race.
_POOLS = {"multiprocessing.pool": "worker", "concurrent.futures.process": "_process_worker", "loky.process_executor": "_process_worker"}
_SITE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "site")


def install():
    """Taps forks, `subprocess`, `multiprocessing`, `os.system`, `os.exec*`, `os._exit` and the orderly end."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_before_fork, after_in_child=_after_fork)
    when_imported("subprocess", _tap_subprocess)
    when_imported("multiprocessing.process", _tap_multiprocessing)
    when_imported("multiprocessing.forkserver", _tap_forkserver)
    audit.on("os.system", _system)
    audit.on("os.posix_spawn", lambda arguments: _started("os.posix_spawn", arguments[1]))
    replace(os, "_exit", _leaving)
    replace(os, "execv", _replacing)
    replace(os, "execve", _replacing)
    atexit.register(_end, None)


@guarded
def _started(how, argv, python=None):
    if getattr(_depth, "n", 0):
        return
    if isinstance(argv, (str, bytes, os.PathLike)):
        argv = [argv]
    words = [os.fsdecode(word) if isinstance(word, (bytes, os.PathLike)) else str(word) for word in argv or ()]
    if python is None:
        python = bool(words) and (words[0] == sys.executable or os.path.basename(words[0]).startswith("python"))
    site, _ = sites.caller()
    stream.emit("start", how=how, argv=words, site=site, python=python)


class _Inside:
    """While it lasts, what the started thing starts on its way is not another start."""

    def __enter__(self):
        _depth.n = getattr(_depth, "n", 0) + 1

    def __exit__(self, *details):
        _depth.n -= 1


inside = _Inside


def _after_fork():
    if not getattr(_depth, "n", 0):
        stream.ensure()


def _before_fork():
    _started("os.fork", list(getattr(sys, "argv", [])), True)


def _tap_subprocess(module):
    def popen(original):
        def __init__(self, *arguments, **keywords):
            _started("subprocess", keywords.get("args", arguments[0] if arguments else None))
            if keywords.get("env") is not None:
                keywords["env"] = _reaching(keywords["env"])
            elif len(arguments) > 10 and arguments[10] is not None:
                arguments = arguments[:10] + (_reaching(arguments[10]),) + arguments[11:]
            with _Inside():
                original(self, *arguments, **keywords)

        return __init__

    replace(module.Popen, "__init__", popen)


def _reaching(environment):
    """The environment with what the agent needs to start there too."""
    try:
        told = dict(environment)
        asbytes = any(isinstance(key, bytes) for key in told)

        def form(text):
            return os.fsencode(text) if asbytes else text

        told.setdefault(form("LOCKSTEP_RUN"), form(settings.run))
        path = told.get(form("PYTHONPATH"))
        entries = os.fsdecode(path).split(os.pathsep) if path else []
        if _SITE not in entries:
            told[form("PYTHONPATH")] = form(os.pathsep.join([_SITE] + entries))
        return told
    except Exception:
        return environment


def _purpose(process):
    target = getattr(getattr(process, "_target", None), "__module__", None) or ""
    return "loader worker" if target.startswith("torch.utils.data") else "multiprocessing"


def _tap_multiprocessing(module):
    def start(original):
        def start(self):
            _started(_purpose(self), list(getattr(sys, "argv", [])), True)
            with _Inside():
                lineage.pooling(_serves_a_pool(self))
                try:
                    return original(self)
                finally:
                    lineage.pooling(False)

        return start

    def bootstrap(original):
        def _bootstrap(self, *arguments, **keywords):
            _depth.n = 0
            _begin(self)
            return original(self, *arguments, **keywords)

        return _bootstrap

    replace(module.BaseProcess, "start", start)
    replace(module.BaseProcess, "_bootstrap", bootstrap)


def _serves_a_pool(process):
    target = getattr(process, "_target", None)
    module = getattr(target, "__module__", None)
    name = getattr(target, "__name__", None)
    return isinstance(module, str) and any(module.endswith(at) and name == what for at, what in _POOLS.items())


@guarded
def _begin(process):
    if _serves_a_pool(process):
        identity.serve_a_pool()
    # A loader's worker says itself which one it is, a moment later.
    if getattr(getattr(process, "_target", None), "__name__", None) != "_worker_loop":
        stream.ensure()


def _system(arguments):
    _started("os.system", [arguments[0]])
    # The next start says another name, and what is started otherwise gets an environment without this one.
    os.putenv(lineage.VARIABLE, lineage.next_child())


def _tap_forkserver(module):
    def ensure(original):
        def ensure_running(self):
            os.putenv(lineage.VARIABLE, lineage.name() + "/forkserver")
            try:
                return original(self)
            finally:
                os.unsetenv(lineage.VARIABLE)

        return ensure_running

    replace(module.ForkServer, "ensure_running", ensure)
    module.ensure_running = module._forkserver.ensure_running


def _leaving(original):
    def _exit(status):
        _end(status if isinstance(status, int) else None)
        return original(status)

    return _exit


def _replacing(original):
    def exec_(path, *rest):
        if len(rest) > 1 and rest[1] is not None:
            rest = (rest[0], _reaching(rest[1])) + rest[2:]
        if not _runnable(path):
            return original(path, *rest)
        _started("os.exec", rest[0] if rest else None)
        _end(None)
        handed = identity.hand_over()
        if len(rest) > 1:
            rest = (rest[0], dict(rest[1], **handed)) + rest[2:]
        try:
            return original(path, *rest)
        finally:
            for name in handed:
                os.unsetenv(name)
            exits.again()

    return exec_


def _runnable(path):
    try:
        return os.access(path, os.X_OK) and not os.path.isdir(path)
    except (TypeError, ValueError, OSError):
        return False


@guarded
def _end(status):
    if not stream.begun() and identity.is_worker():
        return
    if not exits.run():
        return
    error = getattr(sys, "last_exc", None) or getattr(sys, "last_value", None)
    inherited = identity.forked()
    text = site = name = None
    if error is not None and not inherited:
        status = 1 if status is None else status
        name = type(error).__qualname__
        text = _text(error)
        site = sites.of_traceback(error.__traceback__)
    stream.emit(
        "end",
        status=status,
        exception=name,
        text=text,
        site=site,
        steps=progress.steps,
        batches=progress.batches,
    )


def _text(error):
    try:
        return str(error)[:4000]
    except Exception:
        return None
