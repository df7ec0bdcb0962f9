"""Sees where the user's code asks for what has no fixed order: results as they complete, unordered or in threads, CUDA streams."""

import functools
import sys

from lockstep_agent import origins
from lockstep_agent.guard import guarded
from lockstep_agent.imports import when_imported
from lockstep_agent.sites import caller
from lockstep_agent.stream import emit

MOST_PLACES = 32
_places = set()

#: What only passes on to a pool what the script asks of it.
_PASSING = ("concurrent.futures", "concurrent.futures._base", "concurrent.futures.process", "multiprocessing.pool")

#: From a module to what is tapped in it: (class or None, name, how it is called in the event).
_TAPPED = {
    "concurrent.futures": ((None, "as_completed", "as_completed"), (None, "wait", "futures.wait")),
    "concurrent.futures.process": (("ProcessPoolExecutor", "submit", "ProcessPoolExecutor.submit"),),
    "concurrent.futures.thread": (("ThreadPoolExecutor", "submit", "ThreadPoolExecutor.submit"),),
    "multiprocessing.pool": (
        ("Pool", "imap_unordered", "imap_unordered"),
        ("Pool", "imap", "Pool.imap"),
        ("Pool", "apply_async", "Pool.apply_async"),
        ("Pool", "_map_async", "Pool.map"),
    ),
    "threading": (("Thread", "start", "threading.Thread"),),
    "torch.cuda": (
        ("StreamContext", "__enter__", "torch.cuda.stream"),
        (None, "set_stream", "torch.cuda.set_stream"),
        ("Stream", "__enter__", "torch.cuda.Stream"),
    ),
    "asyncio": ((None, "as_completed", "asyncio.as_completed"), (None, "wait", "asyncio.wait"), (None, "gather", "asyncio.gather")),
}


def install():
    """Taps each module when it is imported."""
    for name, tapped in _TAPPED.items():
        when_imported(name, functools.partial(_tap, tapped))
    when_imported("torch.utils.data.dataloader", _tap_loader)
    when_imported("torch.distributed", _tap_receiving)
    when_imported("joblib.parallel", _tap_joblib)


def _tap(tapped, module):
    for owner_name, name, shown in tapped:
        owner = getattr(module, owner_name, None) if owner_name else module
        original = getattr(owner, name, None)
        if original is None or hasattr(original, "__lockstep__"):
            continue
        wrapper = functools.wraps(original)(_noting(original, shown))
        wrapper.__lockstep__ = True
        setattr(owner, name, wrapper)


def _noting(original, shown):
    def noting(*arguments, **keywords):
        _note(shown)
        return original(*arguments, **keywords)

    return noting


@guarded
def _note(shown, frame=None):
    if shown.startswith("torch.cuda.") and not sys.modules["torch.cuda"].is_initialized():
        return
    # Threads that a pool starts for itself say less than what is asked of the pool.
    frame = origins.asking(frame or sys._getframe(1), () if shown == "threading.Thread" else _PASSING)
    # A library's threads are its own affair; its unordered results may shape the script's.
    origin = origins.of(frame) if frame is not None else None
    counts = origin == origins.USER or origin == origins.LIBRARY and shown != "threading.Thread"
    if not counts or len(_places) >= MOST_PLACES:
        return
    place = (frame.f_code, frame.f_lineno, shown)
    if place in _places:
        return
    _places.add(place)
    site, via = caller()
    if site is not None:
        emit("concurrent", function=shown, site=site, via=via)


def _tap_receiving(module):
    original = getattr(module, "recv", None)
    if original is None or hasattr(original, "__lockstep__"):
        return

    @functools.wraps(original)
    def recv(tensor, src=None, *arguments, **keywords):
        if src is None:
            _note("torch.distributed.recv")
        return original(tensor, src, *arguments, **keywords)

    recv.__lockstep__ = True
    module.recv = recv


def _tap_joblib(module):
    parallel = module.Parallel
    original = parallel.__call__
    if hasattr(original, "__lockstep__"):
        return

    @functools.wraps(original)
    def __call__(self, *arguments, **keywords):
        if getattr(self, "n_jobs", None) not in (None, 1):
            _note("joblib.Parallel")
        return original(self, *arguments, **keywords)

    __call__.__lockstep__ = True
    parallel.__call__ = __call__


def _tap_loader(module):
    loader = module.DataLoader
    original = loader.__init__
    if hasattr(original, "__lockstep__"):
        return

    @functools.wraps(original)
    def __init__(self, *arguments, **keywords):
        if keywords.get("in_order", True) is False:
            _note("DataLoader(in_order=False)")
        original(self, *arguments, **keywords)

    __init__.__lockstep__ = True
    loader.__init__ = __init__
