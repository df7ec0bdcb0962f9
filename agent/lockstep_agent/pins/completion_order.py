"""Results come in the order of submission: `as_completed`, `imap_unordered`, a loader's `in_order=False`."""

import functools

from lockstep_agent import acting
from lockstep_agent.imports import when_imported
from lockstep_agent.sites import caller

_PIN = "completion-order"


def apply(parameters):
    """Wraps each when it is imported."""
    when_imported("concurrent.futures", _tap_futures)
    when_imported("multiprocessing.pool", _tap_pool)
    when_imported("torch.utils.data.dataloader", _tap_loader)


def _tap_futures(module):
    original = module.as_completed

    @functools.wraps(original)
    def as_completed(fs, timeout=None):
        futures = list(fs)
        _acted("as_completed")
        # Waits for all of them as the original does, with its timeout, and gives them in their own order.
        finished = original(list(futures), timeout)
        done = set()
        for future in dict.fromkeys(futures):
            while future not in done:
                done.add(next(finished))
            yield future

    module.as_completed = as_completed


def _tap_pool(module):
    pool = module.Pool

    def imap_unordered(self, func, iterable, chunksize=1):
        _acted("imap_unordered")
        return self.imap(func, iterable, chunksize)

    pool.imap_unordered = functools.wraps(pool.imap_unordered)(imap_unordered)


def _tap_loader(module):
    original = module.DataLoader.__init__

    @functools.wraps(original)
    def __init__(self, *arguments, **keywords):
        if keywords.get("in_order", True) is False:
            keywords["in_order"] = True
            _acted("DataLoader")
        original(self, *arguments, **keywords)

    module.DataLoader.__init__ = __init__


def _acted(function):
    site, via = caller()
    acting.acted(_PIN, site, via, function)
