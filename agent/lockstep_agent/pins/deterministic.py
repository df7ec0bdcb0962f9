"""Deterministic algorithms where torch has them, a warning where it has none; a stricter setting of the user's stays.

New memory is not filled, which is another pin's matter, unless the user asks for deterministic algorithms too.
"""

import functools

from lockstep_agent import acting
from lockstep_agent.imports import when_imported


def apply(parameters):
    """Sets the mode when torch is imported, and keeps it on."""
    when_imported("torch", _hold)


def _hold(torch):
    original = torch.use_deterministic_algorithms
    debug = torch.set_deterministic_debug_mode
    filling = getattr(getattr(torch.utils, "deterministic", None), "fill_uninitialized_memory", None)
    set_plain = torch._C._set_deterministic_algorithms
    # Through C: the Python function would load and configure the compiler, which the script may never use.
    set_plain(True, warn_only=True)
    if filling is not None:
        torch.utils.deterministic.fill_uninitialized_memory = False

    @functools.wraps(original)
    def use_deterministic_algorithms(mode, *arguments, **keywords):
        if mode:
            if filling is not None:
                torch.utils.deterministic.fill_uninitialized_memory = filling
            return original(mode, *arguments, **keywords)
        return None

    @functools.wraps(debug)
    def set_deterministic_debug_mode(debug_mode):
        if debug_mode in (0, "default"):
            return None
        return debug(debug_mode)

    torch.use_deterministic_algorithms = use_deterministic_algorithms
    torch.set_deterministic_debug_mode = set_deterministic_debug_mode
    acting.acted("deterministic", None, None, "torch.use_deterministic_algorithms")
