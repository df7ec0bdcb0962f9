"""What happens when a generator is made without a seed or the operating system's entropy is taken: the event, and a pin's constant.

A pin adds a provider: from `(kind, site)` to a part that differs for each purpose, or None where it has nothing to say.
"""

import contextlib
import sys
import threading

from lockstep_agent import acting, derive, guard, origins
from lockstep_agent.sites import caller
from lockstep_agent.stream import emit

MOST_AT_ONE_PLACE = 32
_FUNCTION = 1
_ordinals = {}
_counts = {}
_inner = threading.local()

#: From the kind of entropy to `(pin, provider)` pairs, the first that answers counts: generators made without a seed
#: (`numpy`, `python`), shared ones seeded without a seed (`python-shared`, ...), the operating system's (`system`).
providers = {"numpy": [], "python": [], "system": [], "numpy-shared": [], "python-shared": [], "torch-shared": []}

#: Modules that pass a request for entropy on and ask for none themselves.
PASSING = ("random", "secrets", "uuid")


@contextlib.contextmanager
def accounted():
    """While what is taken has been recorded already, under another name."""
    before = getattr(_inner, "on", False)
    _inner.on = True
    try:
        yield
    finally:
        _inner.on = before


def taken(kind, source, bits, passing=(), digits=None):
    """Records that entropy is taken, and its digits; gives the number of so many bits to use in its place, or None for the real thing."""
    if getattr(_inner, "on", False):
        return None
    try:
        frame = sys._getframe(1)
        if not origins.from_outside(frame, passing):
            return None
        if not origins.asking(frame, passing).f_code.co_flags & _FUNCTION and origins.below_infrastructure(frame):
            # A library that torch imports for itself.
            return None
        site, via = caller()
        if via and via.partition(".")[0] in PASSING and source != "uuid4":
            via = None
        # What a library makes in passing, in a function called while it is imported, it keeps nowhere: no event.
        passing_by = via in sys.modules and bool(origins.asking(frame, passing).f_code.co_flags & _FUNCTION)
        if not passing_by:
            record(source, site, via, digits)
        for pin, provider in providers[kind]:
            key = provider(kind, site)
            if key is not None:
                if not passing_by:
                    acting.acted(pin, site, via, source)
                return derive.integer(bits, pin, kind, key)
    except Exception as error:
        guard.problem("entropies.taken: %s: %s" % (type(error).__name__, error))
    return None


def record(source, site, via, digits=None):
    """Emits the `entropy` event, for one place so many times at most."""
    place = (source, tuple(site) if site else None, via)
    count = _counts[place] = _counts.get(place, 0) + 1
    ordinal = _ordinals.get(source, 0)
    _ordinals[source] = ordinal + 1
    if count <= MOST_AT_ONE_PLACE:
        more = {} if digits is None else {"value": digits}
        emit("entropy", source=source, site=site, via=via, ordinal=ordinal, **more)
