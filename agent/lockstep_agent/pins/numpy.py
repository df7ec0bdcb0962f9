"""Seeds NumPy's global generator when NumPy is imported; a seed that the user gives afterwards wins."""

from lockstep_agent import derive, entropies, lineage, unseeded
from lockstep_agent.imports import when_imported


def apply(parameters):
    """Seeds the global generator, and stands in for the entropy that a seed call without a seed would take."""
    if lineage.is_child():
        return
    when_imported("numpy.random", lambda module: seed(module, "numpy"))
    entropies.providers["numpy-shared"].append(("numpy", lambda kind, site: derive.next_at(kind, site)))


def seed(module, pin):
    """Seeds the generator in this pin's name."""
    watch = unseeded.watch("numpy")
    if not watch.user_seeded:
        put(module, derive.integer(32, "numpy"))
        watch.pinned(pin)


def put(module, value):
    """Seeds the generator unseen."""
    generator = module.mtrand._rand
    plain = getattr(type(generator), "__lockstep__", None)
    base = next(kind for kind in type(generator).__mro__ if "__lockstep__" not in vars(kind)) if plain else type(generator)
    base.seed(generator, value)
