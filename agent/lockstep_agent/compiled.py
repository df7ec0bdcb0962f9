"""Keeps the agent out of compiled code: Dynamo shall neither compile our functions nor look into them."""

import os

from lockstep_agent import stream
from lockstep_agent.guard import pause_compiler_with
from lockstep_agent.imports import when_imported

_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "")


def install():
    """Has Dynamo skip our files, as soon as the script's torch imports it; imports nothing itself."""
    when_imported("torch._dynamo.eval_frame", _pause)
    for name in ("torch._dynamo.trace_rules", "torch._dynamo.skipfiles"):
        when_imported(name, _skip)


def _pause(module):
    swap = getattr(module, "set_eval_frame", None)
    if swap is not None:
        pause_compiler_with(swap)


def _skip(module):
    if not isinstance(getattr(module, "SKIP_DIRS", None), list) or not hasattr(module, "_recompile_re"):
        if module.__name__.endswith("trace_rules"):
            stream.emit("untapped", what="torch.compile", why="cannot tell Dynamo of this version to skip the agent")
        return
    folder = _FOLDER.replace("\\", "/")
    if folder not in module.SKIP_DIRS:
        module.SKIP_DIRS.append(folder)
        module._recompile_re()
