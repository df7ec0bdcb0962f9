"""Takes tensors and other values, gives fingerprints: 8 bytes over exact bits, dtype and shape (docs/reference/fingerprint.md).

A tensor's bytes are cut into rows of 512 lanes of 32 bits. Each row gives four sums of lane times weight, which are integers
of at most 2**53 in size: float64 matrix products on the CPU and int64 sums elsewhere both give them exactly, so the order of
summation, the number of threads and the device cannot matter. Everything above the rows is arithmetic modulo 2**64.

Reads only: draws no random number, leaves no trace in autograd, and keeps a tensor where it lies. Small tensors are taken
together, and everything on one device comes back in one transfer. Importing this module imports neither torch nor NumPy.
"""

import collections.abc
import hashlib
import os
import struct
import sys
import threading

LANES = 512
SUMS = 4
BLOCK = 16384

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_STREAM_WEIGHTS, _STREAM_SUMS, _STREAM_ROWS, _STREAM_BLOCKS = 1, 2, 3, 4

#: Rows that go through one matrix product for each thread: 512 KiB of the tensor, 1 MiB as float64, which stay in its cache.
_STEP = 256
_MOST_STEPS = 16
#: Up to so many rows (4 MiB) all steps are so small that torch runs them in one thread: waking others costs more than it
#: saves, and much more where two runs share the cores.
_ALONE_ROWS = 2048
_ALONE_STEP = 64
#: The same where nothing may run in parallel (below the size at which torch does).
_SERIAL_STEP = 32
_SERIAL_BLOCK = 4096
#: Tensors of up to so many bytes are taken together.
_SMALL = (1 << 17) - 1
_TOGETHER = 1 << 23
_MOST_PLANS = 64
_MOST_SALTS = 65536
_MOST_DEPTH = 64

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
        return of_text(str(value) if type(value) is str else str.__str__(value))
    if isinstance(value, (bytes, bytearray)):
        return of_bytes(value)
    if isinstance(value, memoryview):
        return of_bytes(value.tobytes())
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, (getattr(numpy, "ndarray", ()), getattr(numpy, "generic", ()))):
        return _array(numpy, numpy.asarray(value))
    if isinstance(value, os.PathLike):
        path = os.fspath(value)
        return of_text(path) if isinstance(path, str) else of_bytes(path)
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
    return key if isinstance(key, str) else repr(key) if isinstance(key, (int, float, bytes, tuple)) else str(key)


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
    """The weight of lane `c` in sum `j`: from -8192 to 8192, never 0."""
    w = (_random(_STREAM_WEIGHTS, j * LANES + c) >> 50) - 8192
    return w + 1 if w >= 0 else w


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
        total += (_random(_STREAM_BLOCKS, b) | 1) * (t ^ (t >> 32))
    return total & _MASK


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
    if not flat.size:
        return 0
    weights = _numpy_weights.get("weights")
    if weights is None:
        rows = numpy.array([[_weight(j, c) for c in range(LANES)] for j in range(SUMS)])
        weights = rows.T.astype(numpy.float64), rows.T.astype(numpy.int64)
        _numpy_weights["weights"] = weights
    exact = _getpid() != _process
    bytes_in_block = BLOCK * LANES * 4
    totals = []
    for start in range(0, flat.size, bytes_in_block):
        part = flat[start : start + bytes_in_block]
        missing = -part.size % (LANES * 4)
        if missing:
            part = numpy.concatenate([part, numpy.zeros(missing, numpy.uint8)])
        lanes = part.view("<i4").reshape(-1, LANES)
        sums = numpy.empty((len(lanes), SUMS), numpy.int64)
        for r in range(0, len(lanes), _STEP):
            piece = lanes[r : r + _STEP]
            sums[r : r + _STEP] = (
                (piece.astype(numpy.int64) @ weights[1])
                if exact
                else (piece.astype(numpy.float64) @ weights[0]).astype(numpy.int64)
            )
        with numpy.errstate(all="ignore"):
            h = (sums * numpy.array(_SUM_WEIGHTS, numpy.int64)).sum(1).view(numpy.uint64)
            h ^= h >> numpy.uint64(32)
            totals.append(int((h * _numpy_rows(numpy, len(h))).sum(dtype=numpy.uint64)))
    return _blocks_total(totals)


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
        # MKL is fastest with two rows of weights at a time and all lanes there are, OpenBLAS with four and few lanes.
        self.mkl = torch.backends.mkl.is_available()
        self.together = 2 if self.mkl else SUMS
        self.words = {
            getattr(torch, name)
            for name in ("float32", "float64", "int32", "int64", "complex64", "complex128", "uint32", "uint64")
            if hasattr(torch, name)
        }
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
        """Weights of the lanes as `[SUMS, LANES]` integers on the device."""
        key = "lanes", device
        weights = self.weights.get(key)
        if weights is None:
            rows = [[_weight(j, c) for c in range(LANES)] for j in range(SUMS)]
            weights = self.weights[key] = self.torch.tensor(rows, dtype=self.torch.int64, device=device)
        return weights

    def lane_weights_cpu(self):
        """The same as pairs of float64 rows, the form of the products on the CPU."""
        weights = self.weights.get("products")
        if weights is None:
            rows = self.lane_weights(_cpu(self.torch)).to(self.torch.float64)
            weights = [(j, rows[j : j + self.together].contiguous()) for j in range(0, SUMS, self.together)]
            self.weights["products"] = weights
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

    def memory(self, rows):
        """This thread's working memory on the CPU: the rows of one step as float64, and the sums of so many rows."""
        own = self.own
        step = _ALONE_STEP if rows <= _ALONE_ROWS else _STEP * min(self.torch.get_num_threads(), _MOST_STEPS)
        lanes = getattr(own, "lanes", None)
        if lanes is None or len(lanes) < min(rows, step):
            size = min(_round_up(rows), step)
            lanes = own.lanes = self.torch.empty(size, LANES, dtype=self.torch.float64, device="cpu")
        if len(lanes) > step:
            lanes = lanes[:step]
        sums = getattr(own, "sums", None)
        if sums is None or sums.shape[1] < rows:
            sums = own.sums = self.torch.empty(SUMS, _round_up(rows), dtype=self.torch.float64, device="cpu")
        return lanes, sums


def _round_up(n):
    return 1 << max(n - 1, 15).bit_length()


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
    small, large, devices = {}, {}, {}
    strided = torch.strided
    together = not _must_be_serial(torch)
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
        dtype = tensor.dtype
        if dtype.is_complex and (tensor.is_conj() or tensor.is_neg()):
            tensor = tensor.resolve_conj().resolve_neg()
        count = tensor.numel()
        if count == 0:
            results[i] = _finish(tools.salt(dtype, tensor.shape), 0)
        elif together and count * tensor.element_size() <= _SMALL and dtype in tools.flattens:
            small.setdefault((device, dtype), []).append((i, tensor))
        else:
            large.setdefault(device, []).append((i, tensor))
    pending = {}
    for (device, _), members in small.items():
        for group in _groups(members):
            totals = _small_prints(tools, [tensor for _, tensor in group], device)
            pending.setdefault(device, []).append((group, totals))
    for device, members in large.items():
        for member in members:
            totals = _large_print(tools, member[1], device)
            pending.setdefault(device, []).append(([member], totals))
    for device, parts in pending.items():
        numbers = (parts[0][1] if len(parts) == 1 else torch.cat([totals for _, totals in parts])).tolist()
        packed = struct.pack(">%dq" % len(numbers), *numbers)
        place = 0
        for group, _ in parts:
            for i, _ in group:
                results[i] = packed[place : place + 8]
                place += 8
    return results


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
        padded = tensor.numel() * tensor.element_size() + LANES * 4
        if group and size + padded > _TOGETHER:
            yield group
            group, size = [], 0
        group.append(member)
        size += padded
    if group:
        yield group


class _Plan:
    """How a group of small tensors lies in its common copy: padding to whole rows, and which rows are whose."""

    def __init__(self, tools, shapes, sizes, itemsize, dtype, device):
        torch = tools.torch
        in_row = LANES * 4 // itemsize
        zeros = torch.zeros(in_row, dtype=dtype, device=device)
        self.padding = []
        self.rows = []
        for size in sizes:
            missing = -size % in_row
            self.padding.append(zeros[:missing] if missing else None)
            self.rows.append((size + missing) // in_row)
        total = sum(self.rows)
        places = [place for count in self.rows for place in range(count)]
        weights = tools.row_weights(max(self.rows), device)
        self.weights = weights[torch.tensor(places, dtype=torch.int64, device=device)]
        ends, end = [], 0
        for count in self.rows:
            end += count
            ends.append(end - 1)
        self.single = total == len(sizes)
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
    flat = tools.torch._C._nn.flatten_dense_tensors(pieces)
    lanes = flat.view(tools.torch.int32)
    totals = plan.totals(_row_hashes(tools, lanes, None, device))
    return _whole(totals).add_(plan.salts)


_FIRST_BLOCK = _signed(_random(_STREAM_BLOCKS, 0) | 1)


def _whole(totals):
    """The totals of tensors that are one block each."""
    return (totals ^ _shift(totals, 32)).mul_(_FIRST_BLOCK)


def _large_print(tools, tensor, device):
    """The fingerprint of one tensor, as an int64 tensor with one element; never waits for the device."""
    torch = tools.torch
    lanes, tail = _lanes(tools, tensor, device)
    count = lanes.numel() + (tail is not None)
    in_block = BLOCK * LANES
    serial = device.type == "cpu" and _must_be_serial(torch)
    totals = []
    for start in range(0, count, in_block):
        part = lanes[start : start + in_block]
        last = tail if part.numel() < in_block else None
        if serial:
            totals.append(_serial_block(tools, part, last, device))
        else:
            hashed = _row_hashes(tools, part, last, device)
            totals.append(hashed.mul_(tools.row_weights(hashed.numel(), device)).sum())
    if len(totals) == 1:
        total = _whole(totals[0].view(1))
    else:
        totals = torch.stack(totals)
        weights = tools.row_weights(len(totals), device, _STREAM_BLOCKS)
        total = ((totals ^ _shift(totals, 32)) * weights).sum().view(1)
    return total + _signed(tools.salt(tensor.dtype, tensor.shape))


def _lanes(tools, tensor, device):
    """The tensor's bytes as 32-bit lanes, and the last lane as an integer if the bytes end within it (CPU only)."""
    torch = tools.torch
    flat = tensor.detach().contiguous().view(-1)
    if flat.dtype in tools.words:
        return flat.view(torch.int32), None
    flat = flat.view(torch.uint8)
    size = flat.numel()
    if flat.storage_offset() % 4:
        flat = flat.clone()
    whole = size // 4 * 4
    if whole == size:
        return flat.view(torch.int32), None
    if device.type == "cpu":
        tail = int.from_bytes(bytes(flat[whole:].tolist()), "little")
        return flat[:whole].view(torch.int32), tail
    padded = torch.zeros(whole + 4, dtype=torch.uint8, device=device)
    padded[:size] = flat
    return padded.view(torch.int32), None


def _row_hashes(tools, lanes, tail, device):
    """One 64-bit number a row, of at most one block of lanes."""
    if device.type == "cpu":
        if _must_be_serial(tools.torch):
            sums = _sums_serial(tools, lanes, tail)
        else:
            sums = _sums_cpu(tools, lanes, tail)
    else:
        sums = _sums_device(tools, lanes, device)
    hashed = sums.mul_(tools.sum_weights(device)).sum(0)
    return hashed.bitwise_xor_(_shift(hashed, 32))


def _sums_cpu(tools, lanes, tail):
    torch = tools.torch
    count = lanes.numel()
    rows = -(-(count + (tail is not None)) // LANES)
    memory, sums = tools.memory(rows)
    products = tools.lane_weights_cpu()
    step = len(memory)
    at_once = step if tools.mkl else _STEP
    for r in range(0, rows, step):
        there = min(step, rows - r)
        size = there * LANES
        piece = lanes[r * LANES : r * LANES + size]
        target = memory if there == step else memory[:there]
        filled = piece.numel()
        if filled == size:
            target.copy_(piece.view(there, LANES))
        else:
            flat = target.view(-1)
            flat[:filled].copy_(piece)
            flat[filled:].zero_()
            if tail is not None:
                flat[filled] = tail
        for q in range(0, there, at_once):
            turned = target[q : q + at_once].t()
            end = min(r + q + at_once, r + there)
            for j, weights in products:
                torch.mm(weights, turned, out=sums[j : j + tools.together, r + q : end])
    return sums[:, :rows].to(torch.int64)


def _must_be_serial(torch):
    """Whether this is a forked process that may not use its parent's threads, which did not come along."""
    return _getpid() != _process and torch.get_num_threads() > 1


def _sums_serial(tools, lanes, tail):
    """The same in integers and so small steps that nothing starts a thread."""
    torch = tools.torch
    count = lanes.numel()
    rows = -(-(count + (tail is not None)) // LANES)
    weights = tools.lane_weights(lanes.device)
    sums = torch.empty(SUMS, rows, dtype=torch.int64, device="cpu")
    for r in range(0, rows, _SERIAL_STEP):
        there = min(_SERIAL_STEP, rows - r)
        piece = lanes[r * LANES : (r + there) * LANES].to(torch.int64)
        if piece.numel() < there * LANES:
            whole = torch.zeros(there * LANES, dtype=torch.int64, device="cpu")
            whole[: piece.numel()] = piece
            if tail is not None:
                whole[piece.numel()] = tail
            piece = whole
        piece = piece.view(there, LANES)
        for j in range(SUMS):
            sums[j, r : r + there] = torch.mv(piece, weights[j])
    return sums


def _serial_block(tools, lanes, tail, device):
    in_part = _SERIAL_BLOCK * LANES
    count = lanes.numel() + (tail is not None)
    weights = tools.row_weights(-(-count // LANES), device)
    total = None
    for start in range(0, count, in_part):
        part = lanes[start : start + in_part]
        last = tail if part.numel() < in_part else None
        hashed = _row_hashes(tools, part, last, device)
        first = start // LANES
        part_total = hashed.mul_(weights[first : first + hashed.numel()]).sum()
        total = part_total if total is None else total + part_total
    return total


def _sums_device(tools, lanes, device):
    """Integer sums on an accelerator, in pieces so that the copies stay small."""
    torch = tools.torch
    count = lanes.numel()
    missing = -count % LANES
    weights = tools.lane_weights(device)
    step = 4096 * LANES
    parts = []
    for start in range(0, count, step):
        piece = lanes[start : start + step].to(torch.int64)
        if missing and start + step >= count:
            piece = torch.cat([piece, torch.zeros(missing, dtype=torch.int64, device=device)])
        piece = piece.view(-1, LANES)
        parts.append(torch.stack([(piece * weights[j]).sum(1) for j in range(SUMS)]))
    return parts[0] if len(parts) == 1 else torch.cat(parts, 1)


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
