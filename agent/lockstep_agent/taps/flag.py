"""Sees the switches that decide how torch computes: set by a function, or as they are at the first step and at the exit."""

import functools
import sys

from lockstep_agent import exits
from lockstep_agent.guard import guarded
from lockstep_agent.imports import when_imported
from lockstep_agent.sites import caller
from lockstep_agent.stream import emit

_SETTERS = (
    ("use_deterministic_algorithms", "torch.use_deterministic_algorithms"),
    ("set_deterministic_debug_mode", "torch.set_deterministic_debug_mode"),
    ("set_float32_matmul_precision", "torch.set_float32_matmul_precision"),
    ("set_num_threads", "torch.set_num_threads"),
    ("set_num_interop_threads", "torch.set_num_interop_threads"),
)
_last = {}


def install():
    """Taps torch's setting functions when it is imported, and reads the switches at the exit."""
    when_imported("torch", _tap)
    exits.at_exit(read)


def values():
    """The switches as they are now, by name, in a fixed order; those that this torch lacks are left out."""
    torch = sys.modules.get("torch")
    found = {}
    if torch is None or not hasattr(torch, "backends"):
        return found
    readers = {
        "torch.use_deterministic_algorithms": torch.are_deterministic_algorithms_enabled,
        "torch.backends.cudnn.deterministic": torch._C._get_cudnn_deterministic,
        "torch.backends.cudnn.benchmark": torch._C._get_cudnn_benchmark,
        "torch.backends.cudnn.enabled": torch._C._get_cudnn_enabled,
        "torch.set_float32_matmul_precision": lambda: torch.get_float32_matmul_precision(),
        "torch.backends.cuda.matmul.allow_tf32": torch._C._get_cublas_allow_tf32,
        "torch.backends.cudnn.allow_tf32": torch._C._get_cudnn_allow_tf32,
        "torch.set_num_threads": torch.get_num_threads,
    }
    for name, reader in readers.items():
        value = guarded(reader)()
        if value is not None:
            found[name] = value
    return found


@guarded
def read():
    """Emits a `flag` event for each switch whose value was not yet told."""
    for name, value in values().items():
        if _last.get(name, _last) != value:
            _last[name] = value
            emit("flag", name=name, value=value, site=None)


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
    if site is not None:
        _last[shown] = value
        emit("flag", name=shown, value=value, site=site)
