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
    """The losses since the last `taken`, to be fingerprinted together with other tensors."""
    return list(_pending)


def taken(prints):
    """Takes the fingerprints of the pending losses; gives the fold of all since the last step and the last one's value."""
    every = _folded + prints
    last = value(_last[0]) if _last else None
    _pending.clear()
    _folded.clear()
    _last.clear()
    if not every:
        return None, None
    return (fingerprint.root(every) if len(every) > 1 else every[0]), last


def value(tensor):
    """The value of a loss as a float, or None when it holds more than one number."""
    return float(tensor) if tensor.numel() == 1 and not tensor.is_complex() else None
