"""Makes this run differ on purpose in the factors that the settings name: file order, threads, workers.

What a run must differ in before Python starts (hash seed, time zone, working directory, load) is the launcher's.
"""

import functools
import hashlib

from lockstep_agent.guard import guarded
from lockstep_agent.imports import when_imported
from lockstep_agent.settings import settings


@guarded
def apply_all():
    """Applies every factor that the settings give a value."""
    for name, value in settings.vary.items():
        if name in _FACTORS and value is not None and value is not False:
            _FACTORS[name](int(value))


def _file_order(n):
    """Listings come in reverse for 1, in another mixed order for each higher number."""
    from lockstep_agent.taps import listing

    def reverse(values, key):
        return sorted(values, key=key, reverse=True)

    def mix(values, key):
        return sorted(
            values, key=lambda value: hashlib.sha256(("%d/" % n + key(value)).encode("utf-8", "surrogateescape")).digest()
        )

    listing.order = reverse if n == 1 else mix
    listing.install()


def _threads(n):
    def hold(torch):
        original = torch.set_num_threads
        original(n)

        @functools.wraps(original)
        def set_num_threads(count):
            original(n)

        torch.set_num_threads = set_num_threads

    when_imported("torch", hold)


def _workers(n):
    def tap(module):
        original = module.DataLoader.__init__

        @functools.wraps(original)
        def __init__(self, dataset, batch_size=1, *arguments, **keywords):
            # The position of num_workers, after shuffle, sampler and batch_sampler.
            if len(arguments) > 3:
                arguments = arguments[:3] + (n,) + arguments[4:]
            else:
                keywords["num_workers"] = n
            if n == 0:
                keywords.pop("prefetch_factor", None)
                keywords.pop("persistent_workers", None)
                keywords.pop("multiprocessing_context", None)
                if keywords.get("timeout"):
                    keywords["timeout"] = 0
            original(self, dataset, batch_size, *arguments, **keywords)

        module.DataLoader.__init__ = __init__

    when_imported("torch.utils.data.dataloader", tap)


_FACTORS = {"file-order": _file_order, "threads": _threads, "workers": _workers}
