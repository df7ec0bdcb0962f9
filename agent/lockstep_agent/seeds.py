"""What happens when a generator is given a seed: the event, the mark, and the value that a pin puts in its place."""

import sys

from lockstep_agent import acting, guard, origins
from lockstep_agent.sites import caller
from lockstep_agent.stream import emit

MOST_AT_ONE_PLACE = 256
_SHARED = ("python", "numpy", "torch", "torch.cuda")
_ordinals = {}
_counts = {}

#: Set by the pin `run-dependent-seed`: from a site to the value to use there, or None.
substitute = None


def plain(value):
    """A seed's arguments as an event holds them: integers, texts, null; the first 16 of a sequence."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, bytes):
        return value[:64].hex()
    if isinstance(value, float):
        return repr(value)
    kind = type(value)
    try:
        if hasattr(kind, "__index__"):
            return value.__index__()
        if isinstance(value, (list, tuple)) or kind.__module__.partition(".")[0] == "numpy" and hasattr(value, "tolist"):
            values = value.tolist() if hasattr(value, "tolist") else value
            if isinstance(values, (list, tuple)):
                return " ".join(str(plain(each)) for each in list(values)[:16])
            return plain(values)
        if kind.__module__.partition(".")[0] == "torch" and getattr(value, "dim", None) is not None and value.dim() == 0:
            return int(value)
    except Exception:
        pass
    return "<" + kind.__module__ + "." + kind.__qualname__ + ">"


def given(generator, value):
    """Records that a generator is given the seed `value`; gives the value to seed with, which only a pin changes."""
    try:
        asking = origins.asking(sys._getframe(1), ("random",))
        if asking is not None and origins.of(asking) == origins.STANDARD:
            return value
        site, via = caller()
        if via and via.partition(".")[0] == "random":
            via = None
        if via in sys.modules and generator not in _SHARED:
            # A library seeds a generator of its own while it is imported.
            return value
        if substitute is not None:
            other = substitute(site)
            if other is not None:
                acting.acted("run-dependent-seed", site, via, generator)
                value = other
        record(generator, [plain(value)], site, via)
    except Exception as error:
        guard.problem("seeds.given: %s: %s" % (type(error).__name__, error))
    return value


def record(generator, arguments, site, via):
    """Emits the `seed` event, for one place so many times at most."""
    place = (generator, tuple(site) if site else None)
    count = _counts[place] = _counts.get(place, 0) + 1
    ordinal = _ordinals.get(generator, 0)
    _ordinals[generator] = ordinal + 1
    if count <= MOST_AT_ONE_PLACE:
        emit("seed", generator=generator, args=arguments, site=site, via=via, ordinal=ordinal)
    elif count == MOST_AT_ONE_PLACE + 1:
        emit("untapped", what="seed calls", why="more than %d at %s" % (MOST_AT_ONE_PLACE, "%s:%d" % place[1][:2] if site else "one place"))
