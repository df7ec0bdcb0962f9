"""Finds the modules that live in this process, without having kept any of them."""

import gc
import sys


def alive():
    """Every living `torch.nn.Module`, in the collector's order (about the order of their making)."""
    torch = sys.modules.get("torch")
    if torch is None or not hasattr(torch, "nn"):
        return []
    module = torch.nn.Module
    fake = getattr(torch.nn.modules.lazy, "LazyModuleMixin", ())
    found = [thing for thing in gc.get_objects() if issubclass(type(thing), module)]
    return [thing for thing in found if "_modules" in vars(thing) and (not fake or not isinstance(thing, fake) or _ready(thing))]


def _ready(lazy):
    try:
        return not lazy.has_uninitialized_params()
    except Exception:
        return False


def roots(modules=None):
    """The living modules that are in no other living module."""
    modules = alive() if modules is None else modules
    inner = set()
    for module in modules:
        for child in module._modules.values():
            if child is not None and child is not module:
                inner.add(id(child))
    return [module for module in modules if id(module) not in inner]


def names(parameters):
    """A name for each of these parameters: its path in the root module that holds most of them, or None."""
    wanted = {id(parameter): i for i, parameter in enumerate(parameters)}
    found = [None] * len(parameters)
    holders = []
    for order, root in enumerate(roots()):
        held = [(name, wanted[id(p)]) for name, p in _parameters(root) if id(p) in wanted]
        if held:
            holders.append((-len(held), order, type(root).__name__, held))
    holders.sort(key=lambda holder: holder[:2])
    taken = set()
    for _, _, kind, held in holders:
        fresh = [(name, i) for name, i in held if found[i] is None]
        prefix = kind + "." if any(name in taken for name, _ in fresh) else ""
        for name, i in fresh:
            found[i] = prefix + name
            taken.add(prefix + name)
    return found


def _parameters(root):
    """Named parameters, the shared ones once, read from the modules' own tables: overridden methods are not called."""
    seen = set()
    stack = [("", root)]
    while stack:
        prefix, module = stack.pop()
        if id(module) in seen:
            continue
        seen.add(id(module))
        for name, parameter in list(module._parameters.items()):
            if parameter is not None and id(parameter) not in seen:
                seen.add(id(parameter))
                yield prefix + name, parameter
        for name, child in reversed(list(module._modules.items())):
            if child is not None and hasattr(child, "_modules"):
                stack.append((prefix + name + ".", child))
