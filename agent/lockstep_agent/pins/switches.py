"""Holds a switch of torch at a value: sets it, and lets nothing that the script does afterwards change it."""

import functools

from lockstep_agent import acting, exits
from lockstep_agent.imports import when_imported


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


def hold_cudnn(pin, name, value):
    """Holds a switch of `torch.backends.cudnn` from the import of torch on; acts where CUDA is used."""

    def set_it(torch):
        hold_property(torch.backends.cudnn, name, value)
        hold(torch._C, "_set_cudnn_" + name, value)

        def note():
            if torch.cuda.is_initialized():
                acting.acted(pin, None, None, "torch.backends.cudnn." + name)

        exits.at_exit(note)

    when_imported("torch", set_it)
