"""Sees the script set a switch that decides how torch computes, where a function sets it; the others show at the first step."""

import functools

from lockstep_agent.guard import guarded
from lockstep_agent.imports import when_imported
from lockstep_agent.sites import caller
from lockstep_agent.stream import emit

_SETTERS = (
    ("use_deterministic_algorithms", "use_deterministic_algorithms"),
    ("set_deterministic_debug_mode", "deterministic_debug_mode"),
    ("set_float32_matmul_precision", "float32_matmul_precision"),
    ("set_num_threads", "threads"),
    ("set_num_interop_threads", "interop_threads"),
)
MOST = 64
_emitted = []


def install():
    """Taps torch's setting functions when it is imported."""
    when_imported("torch", _tap)


def _tap(torch):
    for name, shown in _SETTERS:
        original = getattr(torch, name, None)
        if original is None or hasattr(original, "__lockstep__"):
            continue
        wrapper = functools.wraps(original)(_noting(original, shown))
        wrapper.__lockstep__ = True
        wrapper._torchdynamo_disable = True
        setattr(torch, name, wrapper)


def _noting(original, shown):
    def noting(*arguments, **keywords):
        result = original(*arguments, **keywords)
        value = arguments[0] if arguments else next(iter(keywords.values()), None)
        _note(shown, value)
        return result

    return noting


@guarded
def _note(shown, value):
    if not isinstance(value, (bool, int, str)):
        value = str(value)
    site, via = caller()
    if site is not None and len(_emitted) < MOST:
        _emitted.append(shown)
        emit("flag", name=shown, value=value, site=site)
