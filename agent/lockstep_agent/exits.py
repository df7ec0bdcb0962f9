"""What the agent does at the end of a process, however it ends: orderly, through `os._exit`, or replaced by `exec`."""

import os

from lockstep_agent.guard import guarded

_actions = []
_done = None


def at_exit(action):
    """Calls `action()` once before the process ends, in the order given; `end` is emitted after the last."""
    _actions.append(guarded(action))


def run():
    """Calls the actions, once in a process; a forked child has its own once."""
    global _done
    if _done == os.getpid():
        return False
    _done = os.getpid()
    for action in list(_actions):
        action()
    return True
