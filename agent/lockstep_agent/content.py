"""Takes any value that carries data, gives the fingerprints of what is in it, in one fixed order with a name each.

Tensors are fingerprinted all together where they lie; arrays, images, text and numbers by their bytes. Reads only.
"""

import collections.abc
import hashlib
import struct
import sys

from lockstep_agent import fingerprint, stream

_MOST_LEAVES = 100000
_MOST_DEPTH = 12
_told = set()


def of(value, plain=True):
    """The root fingerprint over everything in the value, and its leaves as a list of `[name, fingerprint]`.

    With `plain` False over the tensors and arrays alone. The root is None when there is nothing that could be read.
    """
    found = []
    _collect(value, "", found, 0, set(), plain)
    tensors = [leaf for _, leaf in found if not isinstance(leaf, bytes)]
    prints = iter(fingerprint.each(tensors) if tensors else ())
    leaves = [[name, leaf if isinstance(leaf, bytes) else next(prints)] for name, leaf in found]
    return (root(leaves) if leaves else None), leaves


def root(leaves):
    """The root over named leaves; names count, so that equal values under other names differ."""
    digest = hashlib.sha256()
    for name, print_ in leaves:
        text = name.encode("utf-8", "backslashreplace")
        digest.update(struct.pack(">I", len(text)))
        digest.update(text)
        digest.update(print_)
    return digest.digest()[:8]


def text(value):
    """The fingerprint of a text."""
    return _bytes(b"text", value.encode("utf-8", "backslashreplace"))


def indices(values):
    """The fingerprint of a list of sample indices (integers or anything with a text), in their order."""
    return _bytes(b"indices", "\n".join(map(_index, values)).encode("utf-8", "backslashreplace"))


def _index(value):
    return str(value) if isinstance(value, (int, str)) else str(plain_index(value))


def plain_index(value):
    """An index as an integer or a text."""
    if type(value) is int or type(value) is str:
        return value
    try:
        return value.__index__()
    except Exception:
        return _scalar(value).decode("latin-1") if _is_scalar(value) else "<%s>" % type(value).__qualname__


def _bytes(kind, *parts):
    digest = hashlib.sha256(kind)
    for part in parts:
        digest.update(b"\0")
        digest.update(part)
    return digest.digest()[:8]


_SCALARS = (str, bytes, bytearray, int, float, complex, bool, type(None))


def _is_scalar(value):
    return isinstance(value, _SCALARS)


def _scalar(value):
    if isinstance(value, float):
        return b"float:" + struct.pack(">d", value)
    if isinstance(value, complex):
        return b"complex:" + struct.pack(">dd", value.real, value.imag)
    if isinstance(value, (bytes, bytearray)):
        return b"bytes:" + bytes(value)
    if isinstance(value, str):
        return b"text:" + str.encode(value, "utf-8", "backslashreplace")
    if isinstance(value, bool) or value is None:
        return repr(value).encode()
    return b"integer:" + b"%x" % value if value >= 0 else b"integer:-%x" % -value


def _collect(value, name, found, depth, above, plain=True):
    """Appends `(name, tensor or fingerprint)` for each leaf; with `plain` False only tensors and arrays."""
    if len(found) >= _MOST_LEAVES:
        return
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        found.append((name or "data", value))
        return
    if _is_scalar(value):
        if plain:
            found.append((name or "data", _bytes(b"scalar", _scalar(value))))
        return
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, (numpy.ndarray, numpy.generic)):
        _array(numpy, value, name, found, depth, above, plain)
        return
    if depth >= _MOST_DEPTH or id(value) in above:
        return
    above.add(id(value))
    try:
        _inside(value, name, found, depth, above, plain)
    finally:
        above.discard(id(value))


def _inside(value, name, found, depth, above, plain):
    prefix = name + "." if name else ""
    if isinstance(value, collections.abc.Mapping):
        for key in value:
            _collect(value[key], prefix + _key(key), found, depth + 1, above, plain)
    elif isinstance(value, (list, tuple)):
        if value and len(value) > 4 and all(map(_is_scalar, value)):
            if plain:
                found.append((name or "data", _bytes(b"scalars", *map(_scalar, value))))
            return
        fields = getattr(value, "_fields", None)
        for i, item in enumerate(value):
            _collect(item, prefix + (fields[i] if fields else str(i)), found, depth + 1, above, plain)
    elif isinstance(value, (set, frozenset)):
        if plain:
            found.append((name or "data", _bytes(b"set", *sorted(map(_scalar, filter(_is_scalar, value))))))
    elif hasattr(type(value), "__dataclass_fields__"):
        for field in type(value).__dataclass_fields__:
            if hasattr(value, field):
                _collect(getattr(value, field), prefix + field, found, depth + 1, above, plain)
    elif _is_image(value):
        if plain:
            shape = "%s %dx%d" % (value.mode, value.size[0], value.size[1])
            found.append((name or "data", _bytes(b"image", shape.encode(), value.tobytes())))
    elif not isinstance(value, type) and isinstance(getattr(value, "__dict__", None), dict) and vars(value):
        if plain or depth < 3:
            for key, item in list(vars(value).items()):
                if not callable(item):
                    _collect(item, prefix + key, found, depth + 1, above, plain)
    elif plain:
        _cannot(value)


def _array(numpy, value, name, found, depth, above, plain):
    if value.dtype.hasobject:
        if value.dtype == object:
            _collect(value.tolist(), name, found, depth + 1, above, plain)
        elif plain:
            _cannot(value)
        return
    shape = repr(tuple(value.shape)).encode()
    dtype = repr(value.dtype.descr if value.dtype.names else value.dtype.str).encode()
    contents = memoryview(value.reshape(-1).view(numpy.uint8)) if _flat(numpy, value) else value.tobytes()
    found.append((name or "data", _bytes(b"array", dtype, shape, contents)))


def _flat(numpy, value):
    return isinstance(value, numpy.ndarray) and value.flags.c_contiguous and value.size and value.dtype.kind in "biufc"


def _key(key):
    return key if isinstance(key, str) else str(plain_index(key))


def _is_image(value):
    image = sys.modules.get("PIL.Image")
    return image is not None and isinstance(value, image.Image)


def _cannot(value):
    kind = type(value).__module__ + "." + type(value).__qualname__
    if kind not in _told and len(_told) < 32:
        _told.add(kind)
        stream.emit("untapped", what="content of " + kind, why="the agent cannot read values of this type")
