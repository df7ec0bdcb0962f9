"""Base seed and sampler seed of loaders without a generator come from a seeded stream of their own.

Only while torch's default generator, from which they would come, is seeded by nobody: else they repeat as it is.
"""

import functools

from lockstep_agent import acting, derive, unseeded
from lockstep_agent.guard import guarded
from lockstep_agent.imports import when_imported
from lockstep_agent.sites import caller

_PIN = "loader"


def apply(parameters):
    """Wraps the loader's iterators and torch's samplers when they are imported."""
    when_imported("torch.utils.data.dataloader", _tap_iterators)
    when_imported("torch.utils.data.sampler", _tap_samplers)
    when_imported("torch.utils.data.dataset", _tap_split)


def _needed():
    watch = unseeded.watch("torch")
    return not watch.user_seeded and watch.pin is None


@guarded
def _generator(purpose):
    import torch

    site, via = caller()
    acting.acted(_PIN, site, via, purpose)
    generator = torch.Generator()
    generator.manual_seed(derive.integer(63, _PIN, derive.next_at(purpose, site)))
    return generator


def _tap_iterators(module):
    base = module._BaseDataLoaderIter
    for name in ("__init__", "_reset"):
        original = vars(base).get(name)
        if original is not None:
            setattr(base, name, functools.wraps(original)(_with_generator(original)))


def _with_generator(original):
    def seeded(self, loader, *arguments, **keywords):
        generator = _generator("base seed") if loader.generator is None and _needed() else None
        if generator is None:
            return original(self, loader, *arguments, **keywords)
        loader.generator = generator
        try:
            return original(self, loader, *arguments, **keywords)
        finally:
            loader.generator = None

    return seeded


def _tap_samplers(module):
    for name in ("RandomSampler", "SubsetRandomSampler", "WeightedRandomSampler"):
        kind = getattr(module, name, None)
        if kind is not None:
            original = kind.__iter__
            kind.__iter__ = functools.wraps(original)(_drawing(original))


def _drawing(original):
    def __iter__(self):
        generator = _generator("sampler") if getattr(self, "generator", None) is None and _needed() else None
        if generator is None:
            yield from original(self)
            return
        # What is drawn, is drawn before the first index or between indices: each time with our generator in place.
        indices = iter(original(self))
        while True:
            self.generator = generator
            try:
                index = next(indices)
            except StopIteration:
                return
            finally:
                self.generator = None
            yield index

    return __iter__


def _tap_split(module):
    """`random_split` draws from the default generator, which is named in its default argument."""
    original = module.random_split

    @functools.wraps(original)
    def random_split(dataset, lengths, *arguments, **keywords):
        if not arguments and keywords.get("generator") is None and _needed():
            generator = _generator("random_split")
            if generator is not None:
                keywords["generator"] = generator
        return original(dataset, lengths, *arguments, **keywords)

    module.random_split = random_split
