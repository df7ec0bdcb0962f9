"""What the agent does at the end of a process, however it ends: orderly, through `os._exit`, or replaced by `exec`."""


from lockstep_agent.guard import guarded
from lockstep_agent.pid import getpid

_actions = []
_done = None


def at_exit(action, at_limit=False):
    """Calls `action()` once before the process ends, in the order given; `end` is emitted after the last.

    With `at_limit` also when the step limit is reached, after which the process does nothing any more.
    """
    _actions.append((guarded(action), at_limit))


def run():
    """Calls the actions, once in a process; a forked child has its own once. False when they were called before."""
    global _done
    if _done == getpid():
        return False
    _done = getpid()
    for action, _ in list(_actions):
        action()
    return True


def run_at_limit():
    """Calls the actions that belong to the step limit; nothing follows them in this process."""
    global _done
    _done = getpid()
    for action, at_limit in list(_actions):
        if at_limit:
            action()


def over():
    """Whether the end was told already."""
    return _done == getpid()


def again():
    """The process goes on after all: `exec` failed."""
    global _done
    _done = None
