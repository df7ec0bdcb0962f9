"""Nothing goes on beside anything else on a CUDA device: an experiment of the diagnosis, which tells races of streams.

The launcher has kernels waited for (`CUDA_LAUNCH_BLOCKING`); copies that nobody waits for, and what lies between two
streams, are waited for here. What then no longer parts parted by a race; which line lacks the wait, the places tell.
"""

import functools

from lockstep_agent import acting
from lockstep_agent.guard import guarded
from lockstep_agent.imports import when_imported
from lockstep_agent.sites import caller
from lockstep_agent.stream import emit

#: From a copying method of a tensor to the place of its argument `non_blocking`, itself counted as the first.
_COPIES = {"copy_": 2, "cuda": 2, "to": None}
_MOST_PLACES = 32
_places = set()


def apply(parameters):
    """Waits for the device at each change of the current stream and behind each copy that returns early."""
    when_imported("torch", _tap)


def _tap(torch):
    for owner, name, shown in (
        (torch.cuda.StreamContext, "__enter__", "torch.cuda.stream"),
        (torch.cuda.StreamContext, "__exit__", None),
        (torch.cuda, "set_stream", "torch.cuda.set_stream"),
        (torch.cuda.Stream, "__enter__", "torch.cuda.Stream"),
        (torch.cuda.Stream, "__exit__", None),
    ):
        if hasattr(owner, name):
            setattr(owner, name, _waited(torch, getattr(owner, name), shown))
    for name, place in _COPIES.items():
        setattr(torch.Tensor, name, _whole(torch, getattr(torch.Tensor, name), place, "torch.Tensor." + name))


def _waited(torch, original, shown):
    @functools.wraps(original)
    def waited(*arguments, **keywords):
        _wait(torch, shown)
        return original(*arguments, **keywords)

    return waited


def _whole(torch, original, place, shown):
    @functools.wraps(original)
    def whole(*arguments, **keywords):
        result = original(*arguments, **keywords)
        early = keywords.get("non_blocking", place is not None and len(arguments) > place and arguments[place])
        # `to(device, dtype, True)` and `to(other, True)`: the only booleans that it takes are this one and `copy`.
        if early or place is None and any(argument is True for argument in arguments):
            _wait(torch, shown)
        return result

    return whole


@guarded
def _wait(torch, shown):
    if not torch.cuda.is_initialized() or torch.cuda.is_current_stream_capturing():
        return
    torch.cuda.synchronize()
    if shown is None or len(_places) >= _MOST_PLACES:
        return
    site, via = caller()
    key = (shown, str(site))
    if site is not None and key not in _places:
        _places.add(key)
        emit("concurrent", function=shown, site=site, via=via)
        acting.acted("streams", site, via, shown)
