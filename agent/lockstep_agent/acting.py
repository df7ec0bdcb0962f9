"""Says of a pin that it acted: the first time in a process, with the place. A pin that never acts is no cause."""

from lockstep_agent.guard import guarded
from lockstep_agent.stream import emit

_acted = set()


@guarded
def acted(pin, site=None, via=None, function=None):
    """Emits a `pin` event the first time that this pin changes something in this process."""
    if pin not in _acted:
        _acted.add(pin)
        emit("pin", name=pin, function=function, site=site, via=via)
