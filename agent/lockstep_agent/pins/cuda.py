"""Seeds the generator of every CUDA device, without initialising CUDA; a seed that the user gives afterwards wins."""

from lockstep_agent import derive, lineage, unseeded
from lockstep_agent.imports import when_imported


def apply(parameters):
    """Seeds when torch is imported; torch keeps the request until a device is used."""
    if not lineage.is_child():
        when_imported("torch", lambda module: seed(module, "cuda"))


def seed(torch, pin):
    """Seeds the generators in this pin's name."""
    watch = unseeded.watch("torch.cuda")
    if watch.user_seeded or torch.cuda._is_in_bad_fork():
        return
    seed_all = torch.cuda.manual_seed_all
    getattr(seed_all, "__wrapped__", seed_all)(derive.integer(63, "cuda"))
    watch.pinned(pin)
