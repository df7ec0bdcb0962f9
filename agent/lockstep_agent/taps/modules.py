"""Sees, at the end, the state of the modules that live, and the generators' states."""

from lockstep_agent import exits, fingerprint, generators, identity, models, stream
from lockstep_agent.progress import progress
from lockstep_agent.taps import optimizer

_MOST_MODULES = 64


def install():
    """Has the states told at the end and at the step limit."""
    exits.at_exit(_tell, at_limit=True)


def _tell():
    if identity.is_worker() or (identity.forked() and not progress.steps and not progress.backwards):
        return
    for name, root in _ordered():
        named = _state(root)
        if not named:
            continue
        prints = fingerprint.each([tensor for _, tensor in named])
        leaves = [[key, print_] for (key, _), print_ in zip(named, prints)]
        stream.emit(
            "state",
            name=name,
            **{"class": type(root).__qualname__},
            content=fingerprint.named_root(leaves),
            leaves=leaves,
            training=bool(root.training),
        )
    stream.emit("generators", generators=generators.fingerprints())


def _ordered():
    """The root modules with a name each: first those of the optimizers in their order, then the others by class and shapes."""
    places = optimizer.places()
    found = []
    for order, root in enumerate(models.roots()):
        if type(root).__module__.startswith(("torch.fx", "torch._")) and type(root).__name__ != "OptimizedModule":
            continue
        named = _state(root)
        if not named:
            continue
        mine = [places[id(tensor)] for _, tensor in named if id(tensor) in places]
        shapes = [(name, tuple(tensor.shape)) for name, tensor in named]
        found.append((min(mine) if mine else (1 << 30, 0), type(root).__qualname__, repr(shapes), order, root))
    found.sort(key=lambda entry: entry[:4])
    counts = {}
    for _, kind, _, _, root in found[:_MOST_MODULES]:
        counts[kind] = counts.get(kind, 0) + 1
        yield (kind if counts[kind] == 1 else "%s %d" % (kind, counts[kind])), root


def _state(root):
    """The parameters and the buffers that a checkpoint would hold, from the modules' own tables."""
    named = []
    seen = set()
    stack = [("", root)]
    while stack:
        prefix, module = stack.pop()
        if id(module) in seen or "_parameters" not in vars(module):
            continue
        seen.add(id(module))
        passing = getattr(module, "_non_persistent_buffers_set", ())
        for name, tensor in list(module._parameters.items()):
            if tensor is not None:
                named.append((prefix + name, tensor))
        for name, tensor in list(module._buffers.items()):
            if tensor is not None and name not in passing:
                named.append((prefix + name, tensor))
        for name, child in reversed(list(module._modules.items())):
            if child is not None:
                stack.append((prefix + name + ".", child))
    return named
