"""Sees checkpoints and arrays saved and loaded: a root over the tensors inside, in their order.

Whether the states of generators are among them decides whether a run that goes on from there can be the same.
"""

import os
import re
import sys
import threading

from lockstep_agent import content, generators, sites, stream
from lockstep_agent.guard import guarded, replace, replace_class
from lockstep_agent.imports import when_imported
from lockstep_agent.taps import files

_GENERATOR = re.compile(r"(^|[_.\-])(rng|random_state|generator_state|rng_states?|cuda_rng_state_all)($|[_.\-])", re.IGNORECASE)

#: Called with the path, the function and the site of each checkpoint that was saved or loaded, after its event.
saved = []
loaded = []

_busy = threading.local()


def install():
    """Taps `torch`, `safetensors` and `numpy`; `pickle` and `joblib` where tensors or arrays are inside."""
    when_imported("torch", lambda torch: _tap(torch, "torch", ("save", 0, 1), ("load", 0)))
    for module in ("safetensors.torch", "safetensors.numpy"):
        when_imported(module, lambda m: _tap(m, m.__name__, ("save_file", 0, 1), ("load_file", 0)))
    when_imported("safetensors", _tap_slices)
    when_imported("numpy", _tap_numpy)
    when_imported("pickle", lambda m: _tap(m, "pickle", ("dump", 0, 1), ("load", 0)))
    when_imported("joblib", lambda m: _tap(m, "joblib", ("dump", 0, 1), ("load", 0)))


def _tap_numpy(numpy):
    _tap(numpy, "numpy", ("save", 1, 0), ("load", 0))
    for name in ("savez", "savez_compressed"):
        _wrap(numpy, name, lambda original, name=name: _saving(original, "numpy." + name, None, 0))


def _tap_slices(safetensors):
    """`safe_open` gives tensors one by one, so what is in the file is known to nobody: the file itself is noted."""
    if isinstance(getattr(safetensors, "safe_open", None), type):
        replace_class(safetensors, "safe_open", _open_slices)


def _open_slices(original, arguments, keywords):
    opened = original(*arguments, **keywords)
    if not getattr(_busy, "loading", False):
        _slices(_nth(arguments, keywords, 0, ("filename",)))
    return opened


@guarded
def _slices(file):
    if isinstance(file, (str, bytes, os.PathLike)):
        files.reading(file)
        _emit_load(None, file, "safetensors.safe_open", sites.caller()[0], False)


def _tap(module, title, save, load):
    _wrap(module, save[0], lambda original: _saving(original, title + "." + save[0], save[1], save[2]))
    _wrap(module, load[0], lambda original: _loading(original, title + "." + load[0], load[1]))


def _wrap(module, name, wrapper):
    if hasattr(module, name):
        replace(module, name, wrapper)


def _path(file):
    if isinstance(file, (str, bytes, os.PathLike)):
        return os.fsdecode(file)
    name = getattr(file, "name", None)
    return name if isinstance(name, str) else None


def _nth(arguments, keywords, place, names):
    if place is not None and len(arguments) > place:
        return arguments[place]
    return next((keywords[name] for name in names if name in keywords), None)


def _saving(original, function, what, where):
    def save(*arguments, **keywords):
        file = _nth(arguments, keywords, where, ("f", "file", "filename"))
        if isinstance(file, (str, bytes, os.PathLike)):
            _about_to_write(function, file)
        result = original(*arguments, **keywords)
        if what is None:
            value = dict({"arr_%d" % i: item for i, item in enumerate(arguments[1:])}, **keywords)
            value.pop("file", None)
        else:
            value = _nth(arguments, keywords, what, ("obj", "arr", "tensors", "tensor_dict", "value"))
        _saved(function, value, file)
        return result

    return save


@guarded
def _about_to_write(function, file):
    path = os.fsdecode(file)
    if function in ("numpy.save", "numpy.savez", "numpy.savez_compressed"):
        ending = ".npy" if function == "numpy.save" else ".npz"
        path += "" if path.endswith(ending) else ending
    # Compiled code opens the file: the interpreter will not say so.
    files.writing(path, truncate=True)


def _loading(original, function, where):
    def load(*arguments, **keywords):
        file = _nth(arguments, keywords, where, ("f", "file", "filename"))
        if isinstance(file, (str, bytes, os.PathLike)):
            # Compiled code may open the file: the interpreter will not say so.
            files.reading(file)
        outer, _busy.loading = getattr(_busy, "loading", False), True
        try:
            result = original(*arguments, **keywords)
        finally:
            _busy.loading = outer
        _loaded(function, result, file)
        return result

    return load


def _of_user(function):
    """Whether the call is the script's own affair: `pickle` is also what others save and load with."""
    site, via = sites.caller()
    return site, not function.startswith("pickle.") or (site is not None and via is None)


@guarded
def _saved(function, value, file):
    site, matters = _of_user(function)
    path = _path(file)
    if not matters or (path is None and function != "torch.save"):
        return
    print_, leaves = content.of_tensors(value)
    if print_ is None and not function.startswith("torch."):
        return
    stream.emit(
        "save",
        path=None if path is None else sites.relative(os.path.abspath(path)),
        function=function,
        content=print_,
        leaves=leaves,
        site=site,
        generators=_has_generators(value),
        optimizer=_has_optimizer(value),
        beside=threading.current_thread() is not threading.main_thread(),
    )
    for action in list(saved):
        action(path, function, site)


@guarded
def _loaded(function, value, file):
    site, matters = _of_user(function)
    path = _path(file)
    if not matters or (path is None and function != "torch.load"):
        return
    print_, _ = content.of_tensors(value)
    if print_ is None and not function.startswith("torch."):
        return
    _emit_load(print_, path, function, site, _has_generators(value))


def _emit_load(print_, path, function, site, has_generators):
    stream.emit(
        "load",
        path=None if path is None else sites.relative(os.path.abspath(os.fsdecode(path))),
        function=function,
        content=print_,
        site=site,
        generators=has_generators,
    )
    for action in list(loaded):
        action(path, function, site)


def _has_generators(value):
    states = None
    for key, item in _items(value, 0):
        if isinstance(key, str) and _GENERATOR.search(key) and item is not None and not isinstance(item, (bool, int, str)):
            return True
        if _looks_like_state(item):
            return True
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(item, torch.Tensor) and item.dtype == torch.uint8 and item.dim() == 1:
            if states is None:
                states = [generators.state_of("torch")] + _cuda_states(torch)
            if any(state is not None and len(state) == item.numel() for state in states):
                return True
    return False


def _cuda_states(torch):
    if not torch.cuda.is_initialized():
        return []
    return [generators.state_of("torch.cuda:%d" % i) for i in range(len(torch.cuda.default_generators))]


def _looks_like_state(item):
    if isinstance(item, tuple) and len(item) == 3 and item[0] == 3 and isinstance(item[1], tuple) and len(item[1]) == 625:
        return True
    if isinstance(item, tuple) and len(item) == 5 and isinstance(item[0], str) and getattr(item[1], "shape", None) == (624,):
        return True
    return isinstance(item, dict) and "bit_generator" in item and "state" in item


def _has_optimizer(value):
    return any(isinstance(item, dict) and "state" in item and "param_groups" in item for _, item in _items(value, 0))


def _items(value, depth):
    """What is in nested maps and lists, with the key that leads to it; the value itself first."""
    if depth == 0:
        yield None, value
    if depth > 4:
        return
    if isinstance(value, dict):
        pairs = list(value.items())[:10000]
    elif isinstance(value, (list, tuple)) and len(value) <= 64:
        pairs = [(None, item) for item in value]
    else:
        return
    for key, item in pairs:
        yield key, item
        if isinstance(item, (dict, list, tuple)):
            yield from _items(item, depth + 1)
