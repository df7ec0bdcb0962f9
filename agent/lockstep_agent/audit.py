"""Takes the interpreter's audit events to the taps that want them: one hook for all, cheap for events nobody wants."""

import sys

from lockstep_agent.guard import guarded

_actions = {}
_hooked = False


def on(event, action):
    """Calls `action(arguments)` at each audit event of this name, before what it announces happens."""
    global _hooked
    _actions.setdefault(event, []).append(guarded(action))
    if not _hooked:
        _hooked = True
        sys.addaudithook(_hook)


def _hook(event, arguments, _get=_actions.get):
    actions = _get(event)
    if actions is not None:
        for action in actions:
            action(arguments)
