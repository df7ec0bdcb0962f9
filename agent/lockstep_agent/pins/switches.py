"""Holds a switch of torch at a value: sets it, and lets nothing that the script does afterwards change it."""

import functools


def hold(owner, name, value):
    """Sets through the C function `owner.name`, which afterwards changes nothing; gives whether it is there."""
    original = getattr(owner, name, None)
    if original is None:
        return False
    original(value)

    def held(*arguments, **keywords):
        return None

    try:
        functools.update_wrapper(held, original)
    except (AttributeError, TypeError):
        pass
    setattr(owner, name, held)
    return True


def hold_property(module, name, value):
    """Sets a property of a module of `torch.backends`, which afterwards ignores what it is set to."""
    kind = type(module)
    prop = next((vars(base)[name] for base in kind.__mro__ if name in vars(base)), None)
    setter = getattr(prop, "setter", None)
    if setter is None:
        return False
    setter(value)
    prop.setter = lambda value: None
    return True
