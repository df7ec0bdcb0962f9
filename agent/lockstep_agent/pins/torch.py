"""Seeds torch's default generator when torch is imported; a seed that the user gives afterwards wins."""

from lockstep_agent import derive, entropies, lineage, unseeded
from lockstep_agent.imports import when_imported


def apply(parameters):
    """Seeds the default CPU generator, and stands in for the entropy that `torch.seed()` would take."""
    if lineage.is_child():
        return
    when_imported("torch", lambda module: seed(module, "torch"))
    entropies.providers["torch-shared"].append(("torch", derive.next_at))


def seed(torch, pin):
    """Seeds the generator in this pin's name."""
    watch = unseeded.watch("torch")
    if not watch.user_seeded:
        put(torch, derive.integer(63, "torch"))
        watch.pinned(pin)


def put(torch, value):
    """Seeds the generator unseen."""
    torch.default_generator.manual_seed(value)
