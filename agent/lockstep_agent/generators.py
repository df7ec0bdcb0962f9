"""The generators that drive results: which of them somebody seeded, and the fingerprint of each one's state.

Only the state of a seeded generator is compared: the others differ between any two runs, which is another event's subject.
Reading a state draws nothing and never initialises CUDA.
"""

import sys

from lockstep_agent.digest import sha256
from lockstep_agent.guard import guarded

_seeded = []
_getters = {}


def mark_seeded(name):
    """Says that the generator of this name (`python`, `numpy`, `torch`, `torch.cuda`, `torch.cuda:0`) was seeded."""
    if name not in _seeded:
        _seeded.append(name)


def unmark_seeded(name):
    """Says that this generator has a random state again, as Python's own has in a forked child."""
    if name in _seeded:
        _seeded.remove(name)


def seeded():
    """The names of the generators that were seeded, in the order in which that happened."""
    return tuple(_seeded)


def state_of(name):
    """The state of a generator as bytes, or None where it cannot be read without disturbing anything."""
    getter = _getters.get(name.partition(":")[0])
    return getter(name) if getter else None


def fingerprints():
    """A map from the name of each seeded generator to the fingerprint (8 bytes) of its state, in a fixed order."""
    found = {}
    for name in sorted(_names()):
        state = _safe_state(name)
        if state is not None:
            found[name] = sha256(state).digest()[:8]
    return found


def _names():
    for name in _seeded:
        if name == "torch.cuda":
            torch = sys.modules.get("torch")
            if torch is not None and torch.cuda.is_initialized():
                for index in range(len(torch.cuda.default_generators)):
                    yield "torch.cuda:%d" % index
        else:
            yield name


def _python(name):
    random = sys.modules.get("random")
    if random is None:
        return None
    version, internal, gauss = random._inst.getstate()
    return b"".join(n.to_bytes(4, "little") for n in internal) + repr(gauss).encode()


def _numpy(name):
    module = sys.modules.get("numpy.random")
    if module is None:
        return None
    state = module.mtrand._rand.get_state(legacy=False)
    if state.get("bit_generator") != "MT19937":
        return repr(state).encode()
    inner = state["state"]
    rest = "%d %d %r" % (inner["pos"], state["has_gauss"], float(state["gauss"]))
    return inner["key"].tobytes() + rest.encode()


def _torch(name):
    torch = sys.modules.get("torch")
    return None if torch is None else _bytes(torch.default_generator.get_state())


def _cuda(name):
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_initialized() or torch.cuda.is_current_stream_capturing():
        return None
    return _bytes(torch.cuda.default_generators[int(name.partition(":")[2])].get_state())


def _bytes(tensor):
    import ctypes

    return ctypes.string_at(tensor.data_ptr(), tensor.numel())


_getters.update({"python": _python, "numpy": _numpy, "torch": _torch, "torch.cuda": _cuda})
_safe_state = guarded(state_of)
