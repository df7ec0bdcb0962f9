"""Takes tensors and other values, gives fingerprints: 8 bytes over exact bits, dtype and shape (docs/reference/fingerprint.md).

A tensor's bytes are cut into rows of 2048 bytes. Each row gives six sums of lane times weight modulo 2**32, over lanes of 32
bits that begin at the row's first, second, third and fourth byte: integer arithmetic throughout, so the order of summation, the
number of threads and the device cannot matter. Everything above the rows is arithmetic modulo 2**64.

Reads only: draws no random number, leaves no trace in autograd, and keeps a tensor where it lies. On the CPU the bytes of all
tensors go together through one working memory of a thread's own (`_Arena`), by operations that torch never runs in parallel:
where two runs share the cores, waking threads costs more than it saves. What is on an accelerator comes back in one transfer
a device. Importing this module imports neither torch nor NumPy.
"""

import collections.abc
import hashlib
import os
import struct
import sys
import threading

from lockstep_agent import home

LANES = 512
#: For each sum the byte of a row at which its first lane begins.
OFFSETS = (0, 0, 1, 2, 2, 3)
SUMS = len(OFFSETS)
BLOCK = 16384

_ROW = 4 * LANES
_MASK = (1 << 64) - 1
_LOW = (1 << 32) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_STREAM_WEIGHTS, _STREAM_SUMS, _STREAM_ROWS, _STREAM_BLOCKS = 1, 2, 3, 4

#: Rows that lie in working memory at once (1 MiB, which stays in a cache), and rows whose sums are mixed together. All sums of
#: the latter are fewer than the 32768 numbers at which torch takes more than one thread.
_ROWS = 512
_BATCH = 4096
#: Bytes behind the last row that its last lanes reach into, whose weight is 0.
_BEYOND = 4
#: In a forked process a tensor that is not contiguous is copied in pieces of so many numbers, for which torch starts no thread.
_ALONE = 32767
#: On an accelerator, where each call costs more than its work: tensors of up to one block are taken together, up to so many
#: bytes at a time.
_SMALL = BLOCK * _ROW
_TOGETHER = 1 << 25
_MOST_PLANS = 64
_MOST_SALTS = 65536
_MOST_DEPTH = 64
#: Where a number of 32 bits may begin at any byte of memory; elsewhere its bytes are moved first.
_ANYWHERE = ("x86_64", "amd64", "i686", "aarch64", "arm64")

_getpid = getattr(sys.modules.get("posix"), "getpid", os.getpid)
_process = _getpid()


def each(values):
    """The fingerprints of the values in their order; None for one without contents (meta, fake, inside a transform).

    Everything that is no tensor is taken by `fingerprint`.
    """
    values = list(values)
    torch = sys.modules.get("torch")
    if torch is None or not hasattr(torch, "Tensor"):
        return [fingerprint(value) for value in values]
    results = [None] * len(values)
    tensors = []
    for i, value in enumerate(values):
        if isinstance(value, torch.Tensor):
            tensors.append(i)
        else:
            results[i] = fingerprint(value)
    if tensors and not _compiling(torch):
        with _Aside(torch):
            prints = _each([values[i] for i in tensors])
        for i, print_ in zip(tensors, prints):
            results[i] = print_
    return results


def fold(values):
    """The root over the fingerprints of the values: `root(each(values))`."""
    return root(each(values))


def root(prints):
    """The root of a list of fingerprints; a place without one (None) counts as such."""
    prints = list(prints)
    digest = hashlib.sha256(b"list\n%d\n" % len(prints))
    digest.update(b"".join([b"-" if print_ is None else b"+" + print_ for print_ in prints]))
    return digest.digest()[:8]


def named_root(leaves):
    """The root of `[name, fingerprint]` pairs, in which the names count."""
    digest = hashlib.sha256(b"names\n%d\n" % len(leaves))
    for name, print_ in leaves:
        text = name.encode("utf-8", "surrogatepass")
        digest.update(struct.pack(">I", len(text)) + text + (b"-" if print_ is None else b"+" + print_))
    return digest.digest()[:8]


def fingerprint(value):
    """The fingerprint of any value: a tensor, an array, a text, a number, None or what is nested of these; None if unreadable.

    A structure gives the root of its leaves.
    """
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, getattr(torch, "Tensor", ())):
        return each([value])[0]
    plain = _plain(value)
    if plain is not None:
        return plain
    found = content(value)
    return None if found[2] and not found[1] else found[0]


def content(value):
    """What is in a batch or any nested value: its root, its leaves as `[name, fingerprint]`, and the types it could not read.

    Names are the keys, field names and positions on the way, joined by dots. The kind of a sequence does not count: a list
    and a tuple of the same values have the same root.
    """
    found, unknown = [], []
    _walk(value, "", found, unknown, 0, set())
    places = [i for i, leaf in enumerate(found) if not isinstance(leaf[1], bytes)]
    if places:
        for i, print_ in zip(places, each([found[i][1] for i in places])):
            if print_ is None:
                unknown.append(_type_name(found[i][1]))
            found[i][1] = print_
    return named_root(found), found, sorted(set(unknown))


def of_bytes(contents):
    """The fingerprint of a byte string."""
    return _hash(b"bytes\n", contents)


def of_text(text):
    """The fingerprint of a text."""
    return _hash(b"str\n", text.encode("utf-8", "surrogatepass"))


# ---- plain values --------------------------------------------------------------------------------------------------


def _hash(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()[:8]


def _plain(value):
    """The fingerprint of a value that is no structure; None if it is one."""
    if value is None:
        return _hash(b"none\n")
    if isinstance(value, bool):
        return _hash(b"bool\n", b"true" if value else b"false")
    if isinstance(value, int):
        return _hash(b"int\n", format(int(value), "x").encode())
    if isinstance(value, float) and not _is_numpy(value):
        return _hash(b"float\n", struct.pack(">d", value))
    if isinstance(value, complex) and not _is_numpy(value):
        return _hash(b"complex\n", struct.pack(">dd", value.real, value.imag))
    if isinstance(value, str):
        return of_text(home.text(str(value) if type(value) is str else str.__str__(value)))
    if isinstance(value, (bytes, bytearray)):
        return of_bytes(value)
    if isinstance(value, memoryview):
        return of_bytes(value.tobytes())
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, (getattr(numpy, "ndarray", ()), getattr(numpy, "generic", ()))):
        return _array(numpy, numpy.asarray(value))
    if isinstance(value, os.PathLike):
        path = os.fspath(value)
        return of_text(home.text(path)) if isinstance(path, str) else of_bytes(path)
    image = getattr(sys.modules.get("PIL.Image"), "Image", None)
    if image is not None and isinstance(value, image):
        shape = "%s %d %d" % (value.mode, value.size[0], value.size[1])
        return _hash(b"image\n", shape.encode(), b"\n", value.tobytes())
    return None


def _is_numpy(value):
    return type(value).__module__ == "numpy"


def _type_name(value):
    return type(value).__module__ + "." + type(value).__qualname__


def _walk(value, name, found, unknown, depth, above):
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, getattr(torch, "Tensor", ())):
        found.append([name, value])
        return
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, getattr(numpy, "ndarray", ())) and value.dtype.hasobject:
        if value.dtype == object:
            _walk([list(value.shape), value.ravel().tolist()], name, found, unknown, depth + 1, above)
        else:
            unknown.append(_type_name(value) + " of " + str(value.dtype))
        return
    if numpy is not None and isinstance(value, getattr(numpy, "ndarray", ())) and value.dtype.kind == "U":
        texts = value.ravel().tolist()
        if any(home.text(text) != text for text in texts):
            _walk([list(value.shape), texts], name, found, unknown, depth + 1, above)
            return
    plain = _plain(value)
    if plain is not None:
        found.append([name, plain])
        return
    if depth >= _MOST_DEPTH or id(value) in above:
        unknown.append(_type_name(value) + (" inside itself" if id(value) in above else " too deep"))
        return
    above.add(id(value))
    try:
        inside = _inside(value)
        if inside is None:
            unknown.append(_type_name(value))
        elif isinstance(inside, bytes):
            found.append([name, inside])
        elif not inside:
            found.append([name, _hash(b"empty\n")])
        else:
            for key, item in inside:
                _walk(item, name + "." + key if name else key, found, unknown, depth + 1, above)
    finally:
        above.discard(id(value))


def _inside(value):
    """The `(key, value)` pairs in a structure, or the fingerprint of one that has no order, or None if it is none."""
    if isinstance(value, collections.abc.Mapping):
        return [(_key(key), value[key]) for key in value]
    if isinstance(value, (list, tuple, collections.deque)):
        names = getattr(value, "_fields", None)
        return [(names[i] if names and i < len(names) else str(i), item) for i, item in enumerate(value)]
    if isinstance(value, (set, frozenset)):
        return _hash(b"set\n", b"".join(sorted(fingerprint(item) or b"" for item in value)))
    if isinstance(value, (range, slice)):
        return of_text(repr(value))
    if isinstance(value, type) or callable(value):
        return None
    if hasattr(type(value), "__dataclass_fields__"):
        fields = type(value).__dataclass_fields__
        return [(field, getattr(value, field)) for field in fields if hasattr(value, field)]
    if type(value).__module__ in ("torch", "datetime", "decimal", "fractions", "uuid") or _is_enum(value):
        return of_text(str(value))
    own = getattr(value, "__dict__", None)
    if isinstance(own, dict) and own:
        return [(str(key), item) for key, item in list(own.items()) if not callable(item)]
    return None


def _is_enum(value):
    enum = sys.modules.get("enum")
    return enum is not None and isinstance(value, enum.Enum)


def _key(key):
    return home.text(key) if isinstance(key, str) else repr(key) if isinstance(key, (int, float, bytes, tuple)) else home.text(str(key))


# ---- the definition, for integers ----------------------------------------------------------------------------------


def _mix(z):
    """The output function of splitmix64."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def _random(stream, i):
    """Number `i` of one of the fixed streams of 64-bit numbers."""
    return _mix(((stream << 56) + (i + 1) * _GOLDEN) & _MASK)


def _weight(j, c):
    """The weight of lane `c` in sum `j`, a signed number of 32 bits; 0 for a lane that would reach into the next row.

    Sum 0 alone tells two rows apart that differ in one lane, sums 0 and 1 two that differ in the first lane and the last.
    """
    if OFFSETS[j] and c == LANES - 1:
        return 0
    w = _random(_STREAM_WEIGHTS, j * LANES + c) >> 32
    if j == 0 or (j == 1 and c == LANES - 1):
        w |= 1
    elif j == 1 and c == 0:
        w &= ~1
    return w - (1 << 32) if w >> 31 else w


def _signed(z):
    z &= _MASK
    return z - (1 << 64) if z >> 63 else z


_SUM_WEIGHTS = [_signed(_random(_STREAM_SUMS, j) | 1) for j in range(SUMS)]


def _header(kind, shape):
    return ("tensor\n%s\n%s\n" % (kind, ",".join(map(str, shape)))).encode()


def _salt(kind, shape):
    """What dtype and shape add to the total of a tensor's bytes."""
    return int.from_bytes(_hash(_header(kind, shape)), "big")


def _finish(salt, total):
    return (salt + total & _MASK).to_bytes(8, "big")


def _blocks_total(totals):
    """The total over the totals of the blocks."""
    total = 0
    for b, t in enumerate(totals):
        t &= _MASK
        total += (_random(_STREAM_BLOCKS, b) | 1 if b else _BLOCK_WEIGHT) * (t ^ (t >> 32))
    return total & _MASK


_BLOCK_WEIGHT = _random(_STREAM_BLOCKS, 0) | 1


def short_total(data):
    """The total of at most 2048 bytes by the definition's own arithmetic, with weights that are kept: for a few bytes the fastest."""
    data += b"\0" * (_BEYOND + -len(data) % 4)
    mixed = 0
    for j, offset in enumerate(OFFSETS):
        sum_ = 0
        for c in range(min(len(data) // 4 - 1, LANES)):
            weight = _kept_weights.get((j, c))
            if weight is None:
                weight = _kept_weights[j, c] = _weight(j, c)
            sum_ += weight * int.from_bytes(data[4 * c + offset : 4 * c + offset + 4], "little")
        sum_ &= _LOW
        mixed += _SUM_WEIGHTS[j] * (sum_ - (sum_ >> 31 << 32))
    mixed &= _MASK
    return _blocks_total([_FIRST_ROW * (mixed ^ mixed >> 32)])


_kept_weights = {}
_FIRST_ROW = _random(_STREAM_ROWS, 0) | 1


# ---- NumPy ---------------------------------------------------------------------------------------------------------

_numpy_weights = {}


def _array(numpy, value):
    dtype = value.dtype
    if dtype.names:
        parts = [_array(numpy, value[name]) for name in dtype.names]
        return None if None in parts else _hash(_header("struct " + ",".join(dtype.names), value.shape), b"".join(parts))
    if dtype.kind == "O":
        return None
    kind = dtype.name if dtype.kind in "biufc" else dtype.newbyteorder("<").str
    if dtype.kind in "fc" and dtype.itemsize > (8 if dtype.kind == "f" else 16):
        return _long_double(numpy, value, kind)
    if dtype.byteorder == ">" or (dtype.byteorder == "=" and sys.byteorder == "big"):
        value = value.astype(dtype.newbyteorder("<"))
    flat = numpy.ascontiguousarray(value).reshape(-1).view(numpy.uint8)
    return _finish(_salt(kind, value.shape), _numpy_total(numpy, flat))


def _long_double(numpy, value, kind):
    """Padding inside long doubles holds anything, so they go as two float64, the second for what the first leaves out."""
    if value.dtype.kind == "c":
        parts = [_long_double(numpy, value.real, kind), _long_double(numpy, value.imag, kind)]
        return _hash(_header(kind, value.shape), b"".join(parts))
    with numpy.errstate(all="ignore"):
        high = value.astype(numpy.float64)
        low = numpy.where(numpy.isfinite(high), value - high, 0).astype(numpy.float64)
    return _hash(_header(kind, value.shape), _array(numpy, high) + _array(numpy, low))


def _numpy_total(numpy, flat):
    """The total of an array's bytes, with torch's faster operations where the process has loaded torch."""
    torch = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "Tensor") and not _compiling(torch):
        with _Aside(torch):
            return _toolbox().totals([(flat.ctypes.data, flat.size)])[0]
    if not flat.size:
        return 0
    weights = _numpy_weights.get("weights")
    if weights is None:
        rows = numpy.array([[_weight(j, c) for c in range(LANES)] for j in range(SUMS)], numpy.int32)
        weights = _numpy_weights["weights"] = rows, numpy.array([[m] for m in _SUM_WEIGHTS], numpy.int64)
    totals = []
    for start in range(0, flat.size, BLOCK * _ROW):
        end = min(start + BLOCK * _ROW, flat.size)
        hashed = [_numpy_hashes(numpy, flat, place, end, weights) for place in range(start, end, _ROWS * _ROW)]
        with numpy.errstate(all="ignore"):
            h = numpy.concatenate(hashed)
            totals.append(int((h * _numpy_rows(numpy, len(h))).sum(dtype=numpy.uint64)))
    return _blocks_total(totals)


def _numpy_hashes(numpy, flat, start, end, weights):
    """One 64-bit number a row, of the rows in working memory from byte `start` on."""
    rows = -(-min(end - start, _ROWS * _ROW) // _ROW)
    held = numpy.zeros(rows * _ROW + _BEYOND, numpy.uint8)
    piece = flat[start : start + len(held)]
    held[: len(piece)] = piece
    sums = numpy.empty((SUMS, rows), numpy.int64)
    for j, offset in enumerate(OFFSETS):
        lanes = numpy.ndarray((rows, LANES), "<i4", held, offset)
        sums[j] = numpy.einsum("rc,c->r", lanes, weights[0][j])
    with numpy.errstate(all="ignore"):
        h = (sums * weights[1]).sum(0).view(numpy.uint64)
        return h ^ (h >> numpy.uint64(32))


def _numpy_rows(numpy, count):
    rows = _numpy_weights.get("rows")
    if rows is None or len(rows) < count:
        with numpy.errstate(all="ignore"):
            u = numpy.uint64
            z = numpy.arange(1, max(count, 256) + 1, dtype=u) * u(_GOLDEN) + u(_STREAM_ROWS << 56)
            z = (z ^ (z >> u(30))) * u(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> u(27))) * u(0x94D049BB133111EB)
            rows = (z ^ (z >> u(31))) | u(1)
        _numpy_weights["rows"] = rows
    return rows[:count]


# ---- torch ---------------------------------------------------------------------------------------------------------


def _compiling(torch):
    """Whether this code is being traced by a compiler, where values don't exist."""
    compiler = getattr(torch, "compiler", None)
    is_compiling = getattr(compiler, "is_compiling", None)
    if is_compiling is not None and is_compiling():
        return True
    return torch.jit.is_tracing() or torch.jit.is_scripting()


class _Aside:
    """A place apart: no gradients, no inference mode, none of the script's torch-function or dispatch modes."""

    __slots__ = ("torch", "entered")

    def __init__(self, torch):
        self.torch = torch

    def __enter__(self):
        torch = self.torch
        self.entered = []
        try:
            self._enter(torch._C.DisableTorchFunction())
            functions = getattr(torch._C, "_len_torch_function_stack", None)
            if functions is not None and hasattr(torch._C, "_set_torch_function_mode") and functions():
                # Before 2.0 the manager above leaves modes on.
                self._enter(torch.overrides._no_torch_function_mode())
            if torch.is_inference_mode_enabled():
                self._enter(torch.inference_mode(False))
            if torch.is_grad_enabled():
                self._enter(torch.no_grad())
            modes = _dispatch_modes(torch)
            if modes is not None:
                self._enter(modes)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _enter(self, manager):
        manager.__enter__()
        self.entered.append(manager)

    def __exit__(self, *error):
        while self.entered:
            self.entered.pop().__exit__(None, None, None)
        return False


def _dispatch_modes(torch):
    """A manager that sets active dispatch modes aside; None when there are none."""
    depth = getattr(torch._C, "_len_torch_dispatch_stack", None)
    if depth is None or not depth():
        return None
    try:
        from torch.utils._python_dispatch import _disable_current_modes
    except ImportError:
        return _OldModes(depth)
    return _disable_current_modes()


class _OldModes:
    """Sets the dispatch modes of a torch older than 2.0 aside."""

    def __init__(self, depth):
        from torch.utils import _python_dispatch

        self.depth = depth
        self.stack = _python_dispatch
        self.modes = []

    def __enter__(self):
        while self.depth():
            self.modes.append(self.stack._pop_mode())

    def __exit__(self, *error):
        while self.modes:
            self.stack._push_mode(self.modes.pop())


class _Tools:
    """What is kept between calls for torch: salts, weights by device, plans, working memory."""

    def __init__(self, torch):
        self.torch = torch
        self.plain_types = (torch.Tensor, torch.nn.Parameter)
        self.salts = {}
        self.plans = {}
        self.weights = {}
        self.own = threading.local()
        self.flattens = {
            torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8,
            torch.uint8, torch.bool,
        }  # fmt: skip

    def salt(self, dtype, shape):
        key = dtype, shape
        salt = self.salts.get(key)
        if salt is None:
            if len(self.salts) >= _MOST_SALTS:
                self.salts.clear()
            salt = self.salts[key] = _salt(str(dtype).rpartition(".")[2], shape)
        return salt

    def lane_weights(self, device):
        """Weights of the lanes as `[SUMS, LANES]` integers of 32 bits on the device."""
        key = "lanes", device
        weights = self.weights.get(key)
        if weights is None:
            rows = [[_weight(j, c) for c in range(LANES)] for j in range(SUMS)]
            weights = self.weights[key] = self.torch.tensor(rows, dtype=self.torch.int32, device=device)
        return weights

    def sum_weights(self, device):
        key = "sums", device
        weights = self.weights.get(key)
        if weights is None:
            weights = self.torch.tensor(_SUM_WEIGHTS, dtype=self.torch.int64, device=device).view(SUMS, 1)
            self.weights[key] = weights
        return weights

    def row_weights(self, count, device, stream=_STREAM_ROWS):
        """Odd weights of rows (or blocks) 0 to `count`."""
        key = stream, device
        weights = self.weights.get(key)
        if weights is None or weights.numel() < count:
            weights = self.weights[key] = self._stream(stream, max(count, 256), device)
        return weights[:count]

    def _stream(self, stream, count, device):
        torch = self.torch
        z = torch.arange(1, count + 1, dtype=torch.int64, device=device)
        z = z * _signed(_GOLDEN) + _signed(stream << 56)
        z = (z ^ _shift(z, 30)) * _signed(0xBF58476D1CE4E5B9)
        z = (z ^ _shift(z, 27)) * _signed(0x94D049BB133111EB)
        return (z ^ _shift(z, 31)) | 1

    def totals(self, spans):
        """The totals of pieces of memory, each a pair of address and size."""
        arena = getattr(self.own, "arena", None)
        if arena is None:
            arena = self.own.arena = _Arena(self)
        if arena.busy:
            # What the collector of garbage or a signal has called in the midst of another call of the same thread.
            arena = _Arena(self)
        return arena.totals(spans)


def _cpu(torch):
    return torch.device("cpu")


def _shift(z, by):
    """A shift to the right that brings in zeros."""
    return (z >> by) & ((1 << (64 - by)) - 1)


_tools = []


def _toolbox():
    torch = sys.modules["torch"]
    if not _tools or _tools[0].torch is not torch:
        _tools[:] = [_Tools(torch)]
    return _tools[0]


def _each(tensors):
    """The fingerprints of tensors; the modes of the script are already set aside."""
    tools = _toolbox()
    torch = tools.torch
    results = [None] * len(tensors)
    here, spans, elsewhere, devices = [], [], {}, {}
    strided = torch.strided
    transforming = _transforming(torch)
    for i, tensor in enumerate(tensors):
        if (
            type(tensor) not in tools.plain_types
            or tensor.layout is not strided
            or tensor.is_quantized
            or tensor.is_nested
            or transforming
            and _opaque(torch, tensor)
        ):
            try:
                results[i] = _special(tools, tensor)
            except Exception:
                if not _opaque(torch, tensor):
                    raise
            continue
        device = tensor.device
        known = devices.get(device)
        if known is None:
            known = devices[device] = device.type != "meta" and not _capturing(torch, device)
        if not known:
            continue
        if tensor.is_conj() or tensor.is_neg():
            tensor = tensor.resolve_conj().resolve_neg()
        size = tensor.numel() * tensor.element_size()
        if size == 0:
            results[i] = _finish(tools.salt(tensor.dtype, tensor.shape), 0)
        elif device.type == "cpu":
            pointer = tensor.data_ptr() if tensor.is_contiguous() and not tensor.storage_offset() else 0
            if not pointer:
                tensor, pointer = _in_memory(torch, tensor)
            here.append((i, tensor))
            spans.append((pointer, size))
        else:
            elsewhere.setdefault(device, []).append((i, tensor))
    if spans:
        for (i, tensor), total in zip(here, tools.totals(spans)):
            results[i] = _finish(tools.salt(tensor.dtype, tensor.shape), total)
    for device, members in elsewhere.items():
        _on_device(tools, device, members, results)
    return results


def _in_memory(torch, tensor):
    """The tensor, or a copy of it, that lies in the order of its elements in one readable piece of memory; and where that is."""
    if not tensor.is_contiguous():
        tensor = tensor.detach()
        if _must_be_serial(torch) and tensor.numel() > _ALONE:
            held = torch.empty(tensor.shape, dtype=tensor.dtype, device="cpu")
            _copy(held, tensor)
            return held, held.data_ptr()
        tensor = tensor.contiguous()
    if not tensor.data_ptr():
        # Zeros that only stand for themselves, without memory.
        tensor = tensor.detach().clone()
    pointer = tensor.data_ptr()
    if not pointer or tensor.storage_offset() and not _bytes_held(tensor):
        raise ValueError("a tensor of %d numbers without memory" % tensor.numel())
    return tensor, pointer


def _bytes_held(tensor):
    held = tensor.untyped_storage() if hasattr(tensor, "untyped_storage") else tensor.storage()
    return held.nbytes()


def _copy(target, tensor):
    """Copies in pieces for which torch starts no thread."""
    if tensor.numel() <= _ALONE:
        target.copy_(tensor)
    elif tensor.dim() == 1:
        for start in range(0, len(tensor), _ALONE):
            target[start : start + _ALONE].copy_(tensor[start : start + _ALONE])
    else:
        for one, other in zip(target, tensor):
            _copy(one, other)


def _on_device(tools, device, members, results):
    """Fills in the fingerprints of tensors on one accelerator, with one transfer from it."""
    torch = tools.torch
    small, parts = {}, []
    for member in members:
        tensor = member[1]
        if tensor.numel() * tensor.element_size() <= _SMALL and tensor.dtype in tools.flattens:
            small.setdefault(tensor.dtype, []).append(member)
        else:
            parts.append(([member], _large_print(tools, tensor, device)))
    for group in small.values():
        for some in _groups(group):
            parts.append((some, _small_prints(tools, [tensor for _, tensor in some], device)))
    numbers = (parts[0][1] if len(parts) == 1 else torch.cat([totals for _, totals in parts])).tolist()
    packed = struct.pack(">%dq" % len(numbers), *numbers)
    place = 0
    for group, _ in parts:
        for i, _ in group:
            results[i] = packed[place : place + 8]
            place += 8


class _Arena:
    """Working memory of one thread, through which the bytes of tensors on the CPU go.

    Each tensor takes whole rows. When the memory is full, the sums of its rows are taken; when there are sums of a batch of rows,
    they are mixed and go into the totals of the tensors.
    """

    def __init__(self, tools, anywhere=None):
        import ctypes

        torch = tools.torch
        self.tools = tools
        self.busy = False
        self.move, self.fill = ctypes.memmove, ctypes.memset
        size = _ROWS * _ROW + _BEYOND
        anywhere = os.uname().machine.lower() in _ANYWHERE if anywhere is None else anywhere
        self.address, self.held = _memory(ctypes, size)
        self.shifted = [] if anywhere else [(k,) + _memory(ctypes, size) for k in (1, 2, 3)]
        places = [self.address + k for k in range(4)] if anywhere else [self.address] + [place for _, place, _ in self.shifted]
        views = []
        for place in places:
            memory = (ctypes.c_char * (_ROWS * _ROW)).from_address(place)
            views.append(torch.frombuffer(memory, dtype=torch.int32).view(_ROWS, LANES))
        self.sums = torch.empty(SUMS, _BATCH, dtype=torch.int32, device="cpu")
        weights = tools.lane_weights(_cpu(torch))
        self.products = []
        for k, view in enumerate(views):
            j, count = OFFSETS.index(k), OFFSETS.count(k)
            self.products.append((view, weights[j : j + count], self.sums[j : j + count]))
        self.kept = {}
        self.wide = torch.empty(SUMS, _BATCH, dtype=torch.int64, device="cpu")
        self.mixed = torch.empty(1, _BATCH, dtype=torch.int64, device="cpu")
        self.high = torch.empty(_BATCH, dtype=torch.int64, device="cpu")
        self.weights = tools.sum_weights(_cpu(torch)).view(1, SUMS)

    def totals(self, spans):
        self.busy = True
        try:
            return self._totals(spans)
        finally:
            self.busy = False

    def _totals(self, spans):
        move, fill, address = self.move, self.fill, self.address
        blocks = [{} for _ in spans]
        segments = []
        filled = done = 0
        for i, (place, left) in enumerate(spans):
            row = 0
            while left > 0:
                rows = min(-(-left // _ROW), _ROWS - filled)
                target = address + filled * _ROW
                end = rows * _ROW
                size = min(left, end)
                move(target, place, size)
                if size < end:
                    fill(target + size, 0, end - size)
                filled += rows
                left -= end
                place += end
                while rows:
                    some = min(rows, BLOCK - row % BLOCK)
                    if segments and segments[-1][0] == i and row % BLOCK:
                        segments[-1][2] += some
                    else:
                        segments.append([i, row, some])
                    row += some
                    rows -= some
                if filled == _ROWS:
                    self._sum(done, filled)
                    done += filled
                    filled = 0
                    if done == _BATCH:
                        self._mix(done, segments, blocks)
                        segments, done = [], 0
        if filled:
            self._sum(done, filled)
        if segments:
            self._mix(done + filled, segments, blocks)
        return [_blocks_total([of[k] for k in range(len(of))]) for of in blocks]

    def _sum(self, first, rows):
        """Takes the sums of the rows in memory."""
        for k, place, _ in self.shifted:
            self.move(place, self.address + k, rows * _ROW)
        products = self.kept.get((first, rows))
        if products is None:
            products = []
            for view, weights, sums in self.products:
                view, sums = view[:rows], sums[:, first : first + rows]
                products.append((view, weights.t(), sums.view(rows, 1)) if len(weights) == 1 else (weights, view.t(), sums))
            self._keep((first, rows), products)
        mm = self.tools.torch.mm
        for one, other, sums in products:
            mm(one, other, out=sums)

    def _mix(self, rows, segments, blocks):
        """Mixes the sums of so many rows and adds what comes out to the blocks' totals."""
        torch = self.tools.torch
        views = self.kept.get(rows)
        if views is None:
            views = self.sums[:, :rows], self.wide[:, :rows], self.mixed[:, :rows], self.mixed[0, :rows], self.high[:rows]
            self._keep(rows, views)
        sums, wide, mixed, hashed, high = views
        wide.copy_(sums)
        torch.mm(self.weights, wide, out=mixed)
        torch.bitwise_right_shift(hashed, 32, out=high)
        hashed.bitwise_xor_(high.bitwise_and_(_LOW))
        weights, ends = self._plan(segments)
        hashed.mul_(weights)
        if ends is None:
            self._add(segments[0], hashed.sum().item(), blocks)
            return
        # Sums over a range are differences of running sums, exact modulo 2**64.
        before = 0
        for segment, sum_ in zip(segments, torch.cumsum(hashed, 0, out=high).index_select(0, ends).tolist()):
            self._add(segment, sum_ - before, blocks)
            before = sum_

    @staticmethod
    def _add(segment, sum_, blocks):
        i, row, _ = segment
        of = blocks[i]
        of[row // BLOCK] = of.get(row // BLOCK, 0) + sum_

    def _plan(self, segments):
        """The weights of the rows, and the last row of each segment if there is more than one."""
        torch = self.tools.torch
        table = self.tools.row_weights(BLOCK, _cpu(torch))
        if len(segments) == 1:
            _, row, rows = segments[0]
            return table[row % BLOCK : row % BLOCK + rows], None
        key = tuple([(row % BLOCK, rows) for _, row, rows in segments])
        plan = self.kept.get(key)
        if plan is None:
            weights = torch.cat([table[row : row + rows] for row, rows in key])
            ends, end = [], 0
            for _, rows in key:
                end += rows
                ends.append(end - 1)
            plan = weights, torch.tensor(ends, dtype=torch.int64, device="cpu")
            self._keep(key, plan)
        return plan

    def _keep(self, key, value):
        if len(self.kept) >= 4 * _MOST_PLANS:
            self.kept.clear()
        self.kept[key] = value


def _memory(ctypes, size):
    """So many bytes that begin with a line of the cache: their address, and what keeps them."""
    held = ctypes.create_string_buffer(size + 64)
    address = ctypes.addressof(held)
    return address + -address % 64, held


def _transforming(torch):
    """Whether a transform (vmap, grad) is running, in which a plain-looking tensor may stand for something else."""
    peek = getattr(getattr(torch._C, "_functorch", None), "peek_interpreter_stack", None)
    return peek is not None and peek() is not None


def _capturing(torch, device):
    """Whether a CUDA graph is being captured, which must not get our kernels."""
    if device.type != "cuda":
        return False
    check = getattr(torch.cuda, "is_current_stream_capturing", None)
    return bool(check and check())


def _groups(members):
    """Cuts the members into groups whose padded copies stay within the size for one copy."""
    group, size = [], 0
    for member in members:
        tensor = member[1]
        padded = tensor.numel() * tensor.element_size() + _ROW
        if group and size + padded > _TOGETHER:
            yield group
            group, size = [], 0
        group.append(member)
        size += padded
    if group:
        yield group


class _Plan:
    """How a group of small tensors lies in its common copy: zeros behind each to whole rows, and which rows are whose."""

    def __init__(self, tools, shapes, sizes, itemsize, dtype, device):
        torch = tools.torch
        in_row = _ROW // itemsize
        zeros = torch.zeros(in_row, dtype=dtype, device=device)
        self.padding = []
        self.rows = []
        for size in sizes:
            missing = -size % in_row
            self.padding.append(zeros[:missing] if missing else None)
            self.rows.append((size + missing) // in_row)
        self.beyond = zeros[: max(_BEYOND // itemsize, 1)]
        self.count = sum(self.rows)
        places = [place for count in self.rows for place in range(count)]
        weights = tools.row_weights(max(self.rows), device)
        self.weights = weights[torch.tensor(places, dtype=torch.int64, device=device)]
        ends, end = [], 0
        for count in self.rows:
            end += count
            ends.append(end - 1)
        self.single = self.count == len(sizes)
        self.ends = torch.tensor(ends, dtype=torch.int64, device=device)
        salts = [_signed(tools.salt(dtype, shape)) for shape in shapes]
        self.salts = torch.tensor(salts, dtype=torch.int64, device=device)

    def totals(self, hashed):
        """Sums the rows of each tensor; sums over a range are differences of running sums, exact modulo 2**64."""
        weighted = hashed.mul_(self.weights)
        if self.single:
            return weighted
        totals = weighted.cumsum(0).index_select(0, self.ends)
        totals[1:] -= totals[:-1].clone()
        return totals


def _small_prints(tools, tensors, device):
    """The fingerprints of small tensors of one dtype on one device, as one int64 tensor."""
    first = tensors[0]
    dtype = first.dtype
    shapes = tuple([tensor.shape for tensor in tensors])
    key = shapes, dtype, device
    plan = tools.plans.get(key)
    if plan is None:
        if len(tools.plans) >= _MOST_PLANS:
            tools.plans.clear()
        sizes = [tensor.numel() for tensor in tensors]
        plan = tools.plans[key] = _Plan(tools, shapes, sizes, first.element_size(), dtype, device)
    pieces = []
    for tensor, padding in zip(tensors, plan.padding):
        pieces.append(tensor)
        if padding is not None:
            pieces.append(padding)
    pieces.append(plan.beyond)
    flat = tools.torch._C._nn.flatten_dense_tensors(pieces)
    totals = plan.totals(_row_hashes(tools, flat.view(tools.torch.uint8), plan.count, device))
    return _whole(totals).add_(plan.salts)


_FIRST_BLOCK = _signed(_BLOCK_WEIGHT)


def _whole(totals):
    """The totals of tensors that are one block each."""
    return (totals ^ _shift(totals, 32)).mul_(_FIRST_BLOCK)


def _large_print(tools, tensor, device):
    """The fingerprint of one tensor, as an int64 tensor with one element; never waits for the device."""
    torch = tools.torch
    flat = tensor.detach().contiguous().view(-1).view(torch.uint8)
    size = flat.numel()
    weights = tools.row_weights(BLOCK, device)
    totals = []
    for start in range(0, size, BLOCK * _ROW):
        rows = -(-min(size - start, BLOCK * _ROW) // _ROW)
        piece = flat[start : start + rows * _ROW + _BEYOND]
        held = torch.zeros(rows * _ROW + _BEYOND, dtype=torch.uint8, device=device)
        held[: piece.numel()].copy_(piece)
        totals.append(_row_hashes(tools, held, rows, device).mul_(weights[:rows]).sum())
    if len(totals) == 1:
        total = _whole(totals[0].view(1))
    else:
        totals = torch.stack(totals)
        weights = tools.row_weights(len(totals), device, _STREAM_BLOCKS)
        total = ((totals ^ _shift(totals, 32)) * weights).sum().view(1)
    return total + _signed(tools.salt(tensor.dtype, tensor.shape))


def _row_hashes(tools, held, rows, device):
    """One 64-bit number a row, of bytes on a device with a few behind them."""
    torch = tools.torch
    weights = tools.lane_weights(device)
    sums = []
    for k in range(4):
        lanes = held[k : k + rows * _ROW].clone().view(torch.int32).view(rows, LANES)
        for j in [j for j in range(SUMS) if OFFSETS[j] == k]:
            sums.append((lanes * weights[j]).sum(1, dtype=torch.int32))
    hashed = torch.stack(sums).to(torch.int64).mul_(tools.sum_weights(device)).sum(0)
    return hashed.bitwise_xor_(_shift(hashed, 32))


def _must_be_serial(torch):
    """Whether this is a forked process that may not use its parent's threads, which did not come along."""
    return _getpid() != _process and torch.get_num_threads() > 1


# ---- tensors that are not plain ------------------------------------------------------------------------------------


def _opaque(torch, tensor):
    """Whether the tensor stands for one without contents: meta, fake, functional, inside a transform."""
    if type(tensor).__name__ in ("FakeTensor", "FunctionalTensor", "ProxyTensor") or tensor.device.type == "meta":
        return True
    for owner, name in (
        (torch, "_is_functional_tensor"),
        (getattr(torch._C, "_functorch", None), "is_functorch_wrapped_tensor"),
    ):
        check = getattr(owner, name, None)
        if check is not None and check(tensor):
            return True
    return False


def _special(tools, tensor):
    """The fingerprint of a tensor of another layout or class; None if it has no contents."""
    torch = tools.torch
    if _opaque(torch, tensor):
        return None
    if isinstance(tensor, torch.nn.parameter.UninitializedTensorMixin):
        return None
    if hasattr(tensor, "to_local") and hasattr(tensor, "placements"):
        return _parts("shard", [tensor.to_local()], tensor.shape)
    if getattr(torch, "jagged", None) is not None and tensor.layout is torch.jagged:
        lengths = [tensor._lengths] if tensor._lengths is not None else []
        return _parts("jagged", [tensor._values, tensor._offsets] + lengths, ())
    if type(tensor) not in tools.plain_types and hasattr(type(tensor), "__tensor_flatten__"):
        names, _ = tensor.__tensor_flatten__()
        return _parts(type(tensor).__name__ + " " + ",".join(names), [getattr(tensor, n) for n in names], tensor.shape)
    tensor = tensor.detach()
    if tensor.is_nested:
        return _parts("nested", list(tensor.unbind()), ())
    layout = tensor.layout
    if layout is torch.sparse_coo:
        kind = "coo coalesced" if tensor.is_coalesced() else "coo"
        return _parts(kind, [tensor._indices(), tensor._values()], tensor.shape)
    if layout in (torch.sparse_csr, getattr(torch, "sparse_bsr", None)):
        kind = str(layout).rpartition("_")[2]
        return _parts(kind, [tensor.crow_indices(), tensor.col_indices(), tensor.values()], tensor.shape)
    if layout in (getattr(torch, "sparse_csc", None), getattr(torch, "sparse_bsc", None)):
        kind = str(layout).rpartition("_")[2]
        return _parts(kind, [tensor.ccol_indices(), tensor.row_indices(), tensor.values()], tensor.shape)
    if layout is not torch.strided:
        return _parts("dense", [tensor.to_dense()], tensor.shape)
    if tensor.is_quantized:
        return _quantized(torch, tensor)
    return _each([tensor.as_subclass(torch.Tensor)])[0]


def _parts(kind, parts, shape):
    prints = _each(parts)
    if None in prints:
        return None
    return _hash(_header(kind, shape), b"".join(prints))


def _quantized(torch, tensor):
    kind = "quantized " + str(tensor.dtype).rpartition(".")[2]
    scheme = tensor.qscheme()
    if scheme in (torch.per_tensor_affine, torch.per_tensor_symmetric):
        numbers = struct.pack(">dq", tensor.q_scale(), tensor.q_zero_point())
        return _hash(_header(kind, tensor.shape), numbers, _each([tensor.int_repr()])[0])
    parts = [tensor.q_per_channel_scales(), tensor.q_per_channel_zero_points(), tensor.int_repr()]
    axis = struct.pack(">q", tensor.q_per_channel_axis())
    return _hash(_header(kind, tensor.shape), axis, b"".join(_each(parts)))
