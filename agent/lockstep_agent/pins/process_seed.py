"""Seeds what a started process has not seeded, each process by its place among its siblings, and each task of a pool."""

import os

from lockstep_agent import derive, entropies, lineage, unseeded
from lockstep_agent.imports import when_imported
from lockstep_agent.pins import cuda, numpy, python, tasks, torch

_PIN = tasks.PIN


def apply(parameters):
    """In a process that another one started: the shared generators, as they are imported. In the others: their forks."""
    if lineage.is_child():
        _provide()
        when_imported("random", lambda module: python.seed(module, _PIN))
        when_imported("numpy.random", lambda module: numpy.seed(module, _PIN))
        when_imported("torch", lambda module: torch.seed(module, _PIN))
        when_imported("torch", lambda module: cuda.seed(module, _PIN))
    if hasattr(os, "register_at_fork"):
        # After `random` has registered its own: it gives the shared generator of a forked child a random state.
        when_imported("random", lambda module: os.register_at_fork(after_in_child=lambda: python.seed(module, _PIN)))
        when_imported("numpy.random", lambda module: _in_forks("numpy", numpy, module))
        when_imported("torch", lambda module: _in_forks("torch", torch, module))
    lineage.after_fork(_provide)
    tasks.seed_each()


def _in_forks(name, pin, module):
    """Seeds in forked children what nobody seeded in the parent; what was seeded there they have from it."""

    def seed():
        watch = unseeded.watch(name)
        if watch.pin is None:
            pin.seed(module, _PIN)

    lineage.after_fork(seed)


def _provide():
    for kind in ("python-shared", "numpy-shared", "torch-shared"):
        if not any(pin == _PIN for pin, provider in entropies.providers[kind]):
            entropies.providers[kind].append((_PIN, derive.next_at))
