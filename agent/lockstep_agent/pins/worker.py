"""In a loader's workers: what the loader's own seeding does not reach, seeded from its base seed and the worker's number.

So each worker and each epoch goes on having randomness of its own, as repeatable as the loader's base seed is.
"""

import sys

from lockstep_agent import derive, entropies

_PIN = "worker"


def apply(parameters):
    """Answers, in workers alone, for generators made without a seed, seeds without a seed and the system's entropy."""
    for kind in entropies.providers:
        entropies.providers[kind].insert(0, (_PIN, _part))


def _part(kind, site):
    data = sys.modules.get("torch.utils.data")
    worker = data.get_worker_info() if data is not None else None
    return None if worker is None else (worker.seed, derive.next_at(kind, site))
