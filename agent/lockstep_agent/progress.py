"""How far this process has come: counts that several taps share, and the policy that depends on them."""

import os

from lockstep_agent.pid import getpid
from lockstep_agent.settings import settings


class Progress:
    def __init__(self):
        self.reset()

    def reset(self):
        self.pid = getpid()
        self.steps = 0
        self.batches = 0
        self.backwards = 0
        self.optimizers = 0
        self.loaders = 0

    def listen(self, action):
        """Calls `action()` after each step of an optimizer, when it is counted and told."""
        _listeners.append(action)

    def stepped(self):
        """An optimizer's step was told."""
        for action in _listeners:
            action()


_listeners = []

#: In so many first passes over a loader the first batches keep detail; a run may make a million passes.
_DETAILED_PASSES = 100

progress = Progress()

if hasattr(os, "register_at_fork"):

    def _in_child():
        # Ordinals go on in a forked child, so that what it made before the fork keeps its name; what it does is counted anew.
        progress.pid = getpid()
        progress.steps = progress.batches = progress.backwards = 0

    os.register_at_fork(after_in_child=_in_child)


def detailed(n):
    """Whether the fingerprints under the root are kept for the step of this number."""
    detail = settings.detail
    return bool(n < detail["first"] or (detail["every"] and n % detail["every"] == 0))


def detailed_batch(iterator, n, batches):
    """Whether the samples and fingerprints are kept of batch `n` of a loader's pass, the process's batch number `batches`."""
    detail = settings.detail
    return (iterator < _DETAILED_PASSES and n < detail["first"]) or bool(detail["every"] and batches % detail["every"] == 0)


def with_gradients(n):
    """Whether gradients and generators are fingerprinted at the step of this number: always at first, then at intervals."""
    every = settings.detail["gradients_every"]
    return bool(n < settings.detail["gradients_first"] or detailed(n) or (every and n % every == 0) or _last(n))


def _last(n):
    return settings.stop_after_steps is not None and n + 1 == settings.stop_after_steps


def with_parameters(n):
    """Whether the parameters are fingerprinted after the step of this number."""
    every = settings.detail["parameters_every"]
    return bool(detailed(n) or (every and n % every == 0) or _last(n))
