"""Takes any value that carries data, gives the fingerprints of what is in it, in one fixed order with a name each."""

import collections.abc
import sys

from lockstep_agent import fingerprint, home, stream

_MOST_DEPTH = 12
_MOST_TOLD = 32
_told = set()


def of(value):
    """The root over everything in the value, and its leaves as a list of `[name, fingerprint]`.

    A type that cannot be read is named in an `untapped` event, once. The root is None when nothing could be read.
    """
    root, leaves, unknown = fingerprint.content(value)
    for kind in unknown:
        if kind not in _told and len(_told) < _MOST_TOLD:
            _told.add(kind)
            stream.emit("untapped", what="content of " + kind, why="the agent cannot read values of this type")
    return (root if leaves else None), leaves


def of_tensors(value):
    """The root over the tensors and arrays alone, and its leaves: the text beside them, such as a date, is no result.

    The root is None when there are none.
    """
    found = []
    _collect(value, "", found, 0, set())
    prints = fingerprint.each([leaf for _, leaf in found])
    leaves = [[name, print_] for (name, _), print_ in zip(found, prints)]
    return (fingerprint.named_root(leaves) if leaves else None), leaves


def indices(values):
    """The fingerprint of a list of sample indices, in their order."""
    return fingerprint.of_text("\n".join(str(plain_index(value)) for value in values))


def plain_index(value):
    """An index as an integer, or as a text where it is none."""
    if type(value) is int:
        return value
    if type(value) is str:
        return home.text(value)
    try:
        return value.__index__()
    except Exception:
        print_ = fingerprint.fingerprint(value)
        return "?" if print_ is None else print_.hex()


def _collect(value, name, found, depth, above):
    torch = sys.modules.get("torch")
    numpy = sys.modules.get("numpy")
    if torch is not None and isinstance(value, torch.Tensor):
        found.append((name, value))
    elif numpy is not None and isinstance(value, numpy.ndarray):
        if not value.dtype.hasobject:
            found.append((name, value))
    elif depth < _MOST_DEPTH and id(value) not in above:
        above.add(id(value))
        for key, item in _inside(value, depth):
            _collect(item, name + "." + key if name else key, found, depth + 1, above)
        above.discard(id(value))


def _inside(value, depth):
    if isinstance(value, collections.abc.Mapping):
        return [(home.text(key if isinstance(key, str) else str(key)), value[key]) for key in value]
    if isinstance(value, (list, tuple, collections.deque)):
        return [(str(i), item) for i, item in enumerate(value)]
    if isinstance(value, type) or callable(value) and not hasattr(value, "_parameters"):
        return []
    own = getattr(value, "__dict__", None)
    return list(own.items()) if isinstance(own, dict) and depth < 6 else []
