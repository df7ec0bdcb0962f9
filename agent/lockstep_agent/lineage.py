"""Names this process by its place among the experiment's processes: `main`, its second child `main/2`, a rank `rank1`.

The name is the same in every run as long as each process starts its children in the same order; it never holds a
process id. What a shell starts after its first Python process is a `program train.py`, and what `accelerate launch`
starts as a single process, without a rank, is rank 0. Forked children count themselves; those that are started anew
read `LOCKSTEP_LINEAGE`, which their parent put into their environment alone. The processes of a pool count apart
(`main/pool2`): how many of them a pool starts can depend on how fast its tasks are done, and what is started later
keeps its name.
"""

import os
import sys

from lockstep_agent.guard import guarded
from lockstep_agent.imports import when_imported

VARIABLE = "LOCKSTEP_LINEAGE"

_ACCELERATE = "accelerate.commands.launch"


class _State:
    name = "main"
    children = 0
    pooled = 0
    pooling = False
    started = False
    forked = False


_after = []


def name():
    """The name of this process."""
    return _State.name


def begin_program(script):
    """Says that this process runs a program of its own, which no Python process started: `program train.py`."""
    _State.name = "program " + script


def is_child():
    """Whether another process of the experiment started this one, other than as a rank or a loader's worker."""
    return (_State.started or _State.forked) and not is_rank()


def is_rank():
    """Whether a launcher started this process as one rank of several."""
    return _State.name.startswith("rank") and "/" not in _State.name


def rank():
    """The number of this rank; only where `is_rank()` holds."""
    return int(_State.name[len("rank") :])


def after_fork(action):
    """Calls `action()` in each forked child, after its name has changed."""
    _after.append(guarded(action))


def pooling(process):
    """Says that what this process starts next serves a pool, or, with False, that it does not."""
    _State.pooling = process


def next_child():
    """The name of the next process that this one starts."""
    _count()
    return _child()


def _count():
    if _State.pooling:
        _State.pooled += 1
    else:
        _State.children += 1


def _child():
    if _State.pooling:
        return "%s/pool%d" % (_State.name, _State.pooled)
    return "%s/%d" % (_State.name, _State.children)


def _in_child():
    _State.name = _child()
    _State.children = 0
    _State.pooled = 0
    _State.pooling = False
    _State.forked = True
    for action in _after:
        action()


def _begin():
    told = os.environ.pop(VARIABLE, None)
    if told:
        _State.name = told
        _State.started = True
    if os.environ.get("RANK", "").isdigit() and (
        "TORCHELASTIC_RUN_ID" in os.environ or "LOCAL_RANK" in os.environ
    ):
        _State.name = "rank" + os.environ["RANK"] if not (told or "").startswith("rank") else told
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_count, after_in_child=_in_child)
    when_imported("subprocess", _tell_subprocesses)
    when_imported("multiprocessing.popen_spawn_posix", _tell_spawned)
    for package in ("loky", "joblib.externals.loky"):
        when_imported(package + ".backend.popen_loky_posix", _tell_started_by_loky)


def _tell_subprocesses(module):
    popen = module.Popen
    original = getattr(popen, "_execute_child", None)
    if original is None:
        return

    def _execute_child(self, args, executable, preexec_fn, close_fds, pass_fds, cwd, env, *rest, **keywords):
        told = _environment(env)
        return original(self, args, executable, preexec_fn, close_fds, pass_fds, cwd, told, *rest, **keywords)

    _execute_child.__wrapped__ = original
    popen._execute_child = _execute_child


@guarded
def _named(env=None):
    return "rank0" if _launches(env) else next_child()


def _launches(env):
    """Whether this is `accelerate launch` and starts the user's program, with these variables, as a single process."""
    return (
        env is not None
        and _State.name == "main"
        and (_ACCELERATE in sys.modules or _main_module() == _ACCELERATE)
        and "ACCELERATE_MIXED_PRECISION" in env
    )


def _main_module():
    """The name of the module that `python -m` runs, or None."""
    return getattr(getattr(sys.modules.get("__main__"), "__spec__", None), "name", None)


def _environment(env):
    name = _named(env)
    if name is None:
        return env
    try:
        told = dict(os.environ if env is None else env)
        bytes_keys = any(isinstance(key, bytes) for key in told)
        told[os.fsencode(VARIABLE) if bytes_keys else VARIABLE] = os.fsencode(name) if bytes_keys else name
        return told
    except Exception:
        return env


def _tell_started_by_loky(module):
    popen = module.Popen
    original = popen._launch

    def _launch(self, process_obj):
        own = process_obj.env
        process_obj.env = _environment(own or {})
        try:
            return original(self, process_obj)
        finally:
            process_obj.env = own

    _launch.__wrapped__ = original
    popen._launch = _launch


def _tell_spawned(module):
    popen = module.Popen
    original = popen._launch

    def _launch(self, process_obj):
        name = _named()
        if name is not None:
            os.putenv(VARIABLE, name)
        try:
            return original(self, process_obj)
        finally:
            if name is not None:
                os.unsetenv(VARIABLE)

    _launch.__wrapped__ = original
    popen._launch = _launch


_begin()
