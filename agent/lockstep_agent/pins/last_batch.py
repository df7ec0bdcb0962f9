"""`drop_last=True` for every shuffling loader with batches of a fixed size that has one whole batch at least.

Loaders that go through their samples in order evaluate: none of their samples may be left out.
"""

import functools

from lockstep_agent import acting
from lockstep_agent.guard import guarded
from lockstep_agent.imports import when_imported
from lockstep_agent.sites import caller
from lockstep_agent.taps.loader import shuffles


def apply(parameters):
    """Wraps `DataLoader` when it is imported."""
    when_imported("torch.utils.data.dataloader", _tap)


def _tap(module):
    original = module.DataLoader.__init__

    @functools.wraps(original)
    def __init__(self, dataset, batch_size=1, *arguments, **keywords):
        original(self, dataset, batch_size, *arguments, **keywords)
        _drop(module, self)

    module.DataLoader.__init__ = __init__


@guarded
def _drop(module, loader):
    batches = loader.batch_sampler
    if loader.drop_last or loader.batch_size is None or loader.batch_size < 2:
        return
    if type(batches) is not module.BatchSampler or not shuffles(batches.sampler):
        return
    try:
        length = len(batches.sampler)
    except TypeError:
        return
    if length % loader.batch_size and length > loader.batch_size:
        _set(loader, batches)


def _set(loader, batches):
    site, via = caller()
    # The loader forbids setting it after it was made, by a method of its own that the dictionary does not go through.
    loader.__dict__["drop_last"] = True
    batches.drop_last = True
    acting.acted("last-batch", site, via, "DataLoader")
