"""Constants for pins: the same in every run, different for every purpose, process and place."""

import hashlib

from lockstep_agent import lineage
from lockstep_agent.settings import settings

_counts = {}


def integer(bits, *parts):
    """A number of so many bits that depends on the run's seed, this process's lineage and the parts alone."""
    return _number(bits, (int(settings.seed), lineage.name(), parts))


def anywhere(bits, *parts):
    """A number of so many bits that depends on the run's seed and the parts alone, the same in every process."""
    return _number(bits, (int(settings.seed), parts))


def _number(bits, what):
    out = b""
    n = 0
    text = repr(what).encode("utf-8", "backslashreplace")
    while len(out) * 8 < bits:
        out += hashlib.sha256(text + b"/%d" % n).digest()
        n += 1
    return int.from_bytes(out, "big") >> (len(out) * 8 - bits)


def octets(count, *parts):
    """So many bytes that depend on the run's seed, this process's lineage and the parts alone."""
    return integer(count * 8, *parts).to_bytes(count, "big") if count else b""


def next_at(purpose, site):
    """How often this was asked before for this purpose at this place: 0, 1, 2, ... and so a part that differs each time."""
    key = (purpose, tuple(site) if site else None)
    n = _counts.get(key, 0)
    _counts[key] = n + 1
    return (key, n)


def at_places(parameters):
    """A provider of parts for `entropies`: everywhere, or at the `sites` of a pin's parameters alone."""
    sites = {(site[0], site[1]) for site in parameters.get("sites") or ()}
    if not sites:
        return next_at
    return lambda purpose, site: next_at(purpose, site) if site and (site[0], site[1]) in sites else None


def child():
    """Forgets the counts: a forked child's draws are told apart by its lineage, and the parent's past is not its own."""
    _counts.clear()


lineage.after_fork(child)
