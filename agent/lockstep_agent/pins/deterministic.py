"""Deterministic algorithms alone: where torch has none for an operation, the script fails, as it does with the repair.

Attention becomes deterministic only so; where torch is told to warn, it keeps to what varies. New memory is not filled, which
is another pin's matter, unless the user asks for deterministic algorithms too.
"""

import functools

from lockstep_agent import acting
from lockstep_agent.imports import when_imported


def apply(parameters):
    """Sets the mode when torch is imported, and keeps it on."""
    hold("deterministic", warns=False)


def hold(pin, warns):
    """Sets the mode when torch is imported; afterwards the script can make it stricter and nothing else."""
    when_imported("torch", lambda torch: _hold(torch, pin, warns))


def _hold(torch, pin, warns):
    original = torch.use_deterministic_algorithms
    debug = torch.set_deterministic_debug_mode
    filling = getattr(getattr(torch.utils, "deterministic", None), "fill_uninitialized_memory", None)
    # Through C: the Python function would load and configure the compiler, which the script may never use.
    torch._C._set_deterministic_algorithms(True, warn_only=warns)
    if filling is not None:
        torch.utils.deterministic.fill_uninitialized_memory = False

    @functools.wraps(original)
    def use_deterministic_algorithms(mode, *, warn_only=False):
        if mode:
            if filling is not None:
                torch.utils.deterministic.fill_uninitialized_memory = filling
            original(mode, warn_only=warn_only and warns)

    @functools.wraps(debug)
    def set_deterministic_debug_mode(debug_mode):
        if debug_mode in (2, "error") or warns and debug_mode in (1, "warn"):
            debug(debug_mode)

    torch.use_deterministic_algorithms = use_deterministic_algorithms
    torch.set_deterministic_debug_mode = set_deterministic_debug_mode
    acting.acted(pin, None, None, "torch.use_deterministic_algorithms")
