"""New memory that Python code asks for is filled with zeros, so that what is read before it is written is the same."""

import functools
import linecache
import sys

from lockstep_agent import acting, origins, stands
from lockstep_agent.guard import guarded
from lockstep_agent.imports import when_imported
from lockstep_agent.sites import caller

_FUNCTIONS = ("empty", "empty_like", "empty_strided", "empty_permuted")
_METHODS = ("new_empty", "new_empty_strided")


def apply(parameters):
    """Wraps the functions of torch and NumPy that give memory as they find it."""
    when_imported("torch", _tap_torch)
    when_imported("numpy", _tap_numpy)


@guarded
def _clear(value, function, torch):
    if value.is_meta or value.is_quantized or value.layout is not torch.strided or not value.numel():
        return
    with torch.no_grad():
        value.detach().zero_()
    site, via = caller()
    if site is not None and not (via or "").startswith("torch."):
        acting.acted("memory", site, via, function)


def _tap_torch(torch):
    for name in _FUNCTIONS:
        stands.put(torch, name, functools.partial(_cleared, "torch." + name, torch), "torch")
    for name in _METHODS:
        original = getattr(torch.Tensor, name)
        wrapper = _cleared("torch.Tensor." + name, torch, original)
        functools.update_wrapper(wrapper, original)
        setattr(torch.Tensor, name, wrapper)


def _cleared(shown, torch, original):
    def cleared(*arguments, **keywords):
        value = original(*arguments, **keywords)
        if keywords.get("out") is None:
            _clear(value, shown, torch)
        return value

    return cleared


def _tap_numpy(numpy):
    for name in ("empty", "empty_like"):
        stands.put(numpy, name, functools.partial(_zeroed, "numpy." + name), "numpy")


def _zeroed(shown, original):
    def zeroed(*arguments, **keywords):
        value = original(*arguments, **keywords)
        _zero(value, shown)
        return value

    return zeroed


@guarded
def _zero(value, shown):
    if value.dtype.kind in "biufcmM":
        value.fill(0)
        frame = origins.asking(sys._getframe(1))
        # Compiled code calls it too, in the name of the script's line, and fills what it gets.
        if origins.of(frame) == origins.USER and "empty" in linecache.getline(frame.f_code.co_filename, frame.f_lineno):
            site, via = caller()
            acting.acted("memory", site, via, shown)
