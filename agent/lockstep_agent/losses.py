"""Keeps the losses on which `backward` was called until the step that they lead to."""

import sys

from lockstep_agent import fingerprint
from lockstep_agent.guard import guarded, replace

_MOST_PENDING = 256
_pending = []
_folded = []
_last = []
_listeners = []
_tapped = []


def tap(torch):
    """Taps `torch.autograd.backward`, which `Tensor.backward` calls too; `Tensor.backward` itself stays as it is."""
    if _tapped:
        return
    _tapped.append(replace(torch.autograd, "backward", _backward))


def listen(action):
    """Calls `action(losses)` at each `backward`, before it runs."""
    _listeners.append(guarded(action))


def _backward(original):
    def backward(tensors, *arguments, **keywords):
        _note(tensors)
        return original(tensors, *arguments, **keywords)

    return backward


@guarded
def _note(tensors):
    torch = sys.modules["torch"]
    if isinstance(tensors, torch.Tensor):
        tensors = (tensors,)
    kept = [tensor.detach().clone() for tensor in tensors if isinstance(tensor, torch.Tensor) and tensor.numel() <= 4096]
    if kept:
        _last[:] = kept[-1:]
        _pending.extend(kept)
        if len(_pending) >= _MOST_PENDING:
            _folded.extend(fingerprint.each(_pending))
            _pending.clear()
    for action in _listeners:
        action(kept)


def pending():
    """The losses since the last `taken` that are to be fingerprinted together with other tensors."""
    _quicken()
    return list(_pending)


def taken(prints):
    """Takes the fingerprints of the pending losses; gives the fold of all since the last step and the last one's value."""
    _quicken()
    every = _folded + prints
    last = value(_last[0]) if _last else None
    _pending.clear()
    _folded.clear()
    _last.clear()
    if not every:
        return None, None
    return (fingerprint.root(every) if len(every) > 1 else every[0]), last


def _quicken():
    """Fingerprints the first pending losses that are single numbers in the CPU's memory, at a tenth of the usual cost."""
    while _pending:
        print_ = _quick(_pending[0])
        if print_ is None:
            return
        _folded.append(print_)
        del _pending[0]


_QUICK = {}


def _quick(tensor):
    """The fingerprint of a float32 or float64 number on the CPU by the definition's own arithmetic; None for any other."""
    if tensor.dim() or tensor.device.type != "cpu" or type(tensor) is not sys.modules["torch"].Tensor:
        return None
    kind = str(tensor.dtype)[6:]
    if kind not in ("float32", "float64"):
        return None
    if not _QUICK:
        import ctypes

        _QUICK["read"] = ctypes.string_at
        for name in ("float32", "float64"):
            _QUICK[name] = fingerprint._salt(name, ())
    data = _QUICK["read"](tensor.data_ptr(), tensor.element_size())
    return fingerprint._finish(_QUICK[kind], fingerprint.short_total(data))


def value(tensor):
    """The value of a loss as a float, or None when it holds more than one number."""
    return float(tensor) if tensor.numel() == 1 and not tensor.is_complex() else None
