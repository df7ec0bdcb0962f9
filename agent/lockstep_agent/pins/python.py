"""Seeds Python's `random` when it is imported; a seed that the user gives afterwards wins."""

from lockstep_agent import derive, entropies, lineage, unseeded
from lockstep_agent.imports import when_imported


def apply(parameters):
    """Seeds the shared generator, and stands in for the entropy that a seed call without a seed would take."""
    if lineage.is_child():
        return
    when_imported("random", _seed)
    entropies.providers["python-shared"].append(("python", again))


def _seed(random):
    seed(random, "python")


def seed(random, pin):
    """Seeds the generator in this pin's name."""
    watch = unseeded.watch("python")
    if not watch.user_seeded:
        put(random, derive.integer(128, "python"))
        watch.pinned(pin)


def put(random, value):
    """Seeds the generator unseen."""
    plain = random.Random.seed
    getattr(plain, "__wrapped__", plain)(random._inst, value)


def again(kind, site):
    """A part that differs for each seed call without a seed."""
    return derive.next_at(kind, site)
