"""Sees each torch operation in a narrow window of steps: what went in, what came out, on which line of the script.

Only in a run that was told to trace. A dispatch mode at the bottom of the script's own modes sees every operation of the
thread that trains, the backward pass included; what reaches it from elsewhere (NumPy, another thread, a custom kernel)
shows as an operation named `outside torch`, so that the first unequal event always names where data began to differ.
"""

import os
import sys

from lockstep_agent import fingerprint, sites, stream
from lockstep_agent.guard import guarded, replace
from lockstep_agent.imports import when_imported
from lockstep_agent.progress import progress
from lockstep_agent.settings import settings

_MOST_OPERATIONS = 200000
_SWEEP = 4096
_OUTSIDE, _CHANGED = "outside torch", "changed outside torch"

#: Operations whose result is memory that nobody has written.
_EMPTY = {
    "aten::empty", "aten::empty_like", "aten::empty_strided", "aten::empty_permuted", "aten::new_empty",
    "aten::new_empty_strided", "aten::resize_", "aten::_empty_affine_quantized", "aten::empty_quantized",
}  # fmt: skip
#: Operations that write their first argument without reading it.
_OVERWRITE = {
    "aten::copy_", "aten::fill_", "aten::zero_", "aten::normal_", "aten::uniform_", "aten::random_", "aten::bernoulli_",
    "aten::exponential_", "aten::geometric_", "aten::log_normal_", "aten::cauchy_", "aten::resize_", "aten::set_",
    "aten::_foreach_copy_", "aten::_foreach_zero_",
}  # fmt: skip
#: Results that a kernel keeps for itself: scratch memory whose contents mean nothing outside of it.
_SCRATCH = {
    "aten::mkldnn_rnn_layer": (3,),
    "aten::_cudnn_rnn": (4,),
    "aten::miopen_rnn": (4,),
    "aten::cudnn_batch_norm": (3,),
    "aten::_thnn_fused_lstm_cell": (2,),
    "aten::_thnn_fused_gru_cell": (1,),
    "aten::_cudnn_init_dropout_state": (0,),
}
_ENGINE = ("backward", "grad", "_engine_run_backward")

_state = []


def install():
    """Begins and ends the window at the steps that the settings name; does nothing in a run that is not traced."""
    trace = settings.trace
    if not trace:
        return
    window = _Window(int(trace["from_step"]), int(trace["to_step"]))
    _state[:] = [window]
    when_imported("torch", window.torch_is_here)
    progress.listen(window.stepped)
    from lockstep_agent.taps import estimators

    estimators.install(window)


class _Window:
    """The steps that are traced, and whether tracing is on."""

    def __init__(self, first, last):
        self.first = first
        self.last = last
        self.mode = None
        self.pid = os.getpid()
        self.n = -1
        self.i = 0
        self.count = 0

    def open(self):
        """Whether the step that runs now is traced."""
        return self.first <= progress.steps <= self.last and self.pid == os.getpid() and self.count < _MOST_OPERATIONS

    @guarded
    def torch_is_here(self, torch):
        # On the stack from the first moment to the last, below all modes of the script: compilers keep the state of
        # dispatch across what they run, so nothing may come or go in the middle. Outside the window it hands on.
        self.mode = _make_mode(torch, self)
        _stack()._push_mode(self.mode)

    def stepped(self):
        if self.first <= progress.steps - 1 <= self.last and self.mode is not None and not _on_stack(self.mode):
            stream.emit("untapped", what="operations", why="the optimizer's step ran in a thread that is not traced")

    def emit(self, operation, inputs, outputs, site, phase, threads, **more):
        """Appends one operation, numbered within its step."""
        if self.n != progress.steps:
            self.n = progress.steps
            self.i = 0
        self.count += 1
        if self.count == _MOST_OPERATIONS:
            stream.emit("untapped", what="operations", why="more than %d in the traced steps" % _MOST_OPERATIONS)
        fields = {"n": self.n, "i": self.i, "operation": operation, "inputs": inputs, "outputs": outputs, "site": site}
        stream.emit("operation", phase=phase, threads=threads, **dict(fields, **more))
        self.i += 1


# ---- the mode ------------------------------------------------------------------------------------------------------


def _stack():
    """The module that pushes and pops modes of this thread."""
    from torch.utils import _python_dispatch

    return _python_dispatch


def _on_stack(mode):
    return any(other is mode for other in _stack()._get_current_dispatch_mode_stack())


def _take_away(mode):
    """Takes the mode out from below those of the script."""
    stack = _stack()
    if not _on_stack(mode):
        return
    above = []
    while True:
        top = stack._pop_mode()
        if top is mode:
            break
        above.append(top)
    while above:
        stack._push_mode(above.pop())


def _make_mode(torch, window):
    from torch.utils._python_dispatch import TorchDispatchMode

    recorder = _Recorder(torch, window)
    leaves_compiled_code_alone = hasattr(TorchDispatchMode, "ignore_compile_internals")

    class Operations(TorchDispatchMode):
        """Hands each operation to the recorder, before and after, and runs it once."""

        @classmethod
        def ignore_compile_internals(cls):
            return True

        def __torch_dispatch__(self, function, types, arguments=(), keywords=None):
            keywords = keywords or {}
            noted = recorder.before(function, arguments, keywords) if window.open() else None
            result = function(*arguments, **keywords)
            if noted is not None:
                recorder.after(noted, result)
            return result

    if not leaves_compiled_code_alone and hasattr(torch, "compile"):
        replace(torch, "compile", lambda original: _make_way(original, window))
    return Operations()


def _make_way(original, window):
    """This version does not compile below a mode: rather trace nothing more than have the script run uncompiled."""

    @guarded
    def step_aside():
        if window.mode is not None:
            _take_away(window.mode)
            window.mode = None
            stream.emit("untapped", what="compiled region", why="this torch does not compile while operations are traced")

    def compile(*arguments, **keywords):
        step_aside()
        return original(*arguments, **keywords)

    return compile


# ---- what is known of memory ---------------------------------------------------------------------------------------


class _Memory:
    """One storage: how often operations wrote it, what was seen in it, and which bytes nobody has written yet."""

    __slots__ = ("reference", "writes", "seen", "blank", "scratch")

    def __init__(self, reference):
        self.reference = reference
        self.writes = 0
        self.seen = {}
        self.blank = None
        self.scratch = False


class _Plan:
    """What a function's schema says of its arguments."""

    def __init__(self, function):
        schema = function._schema
        self.name = schema.name
        self.text = str(function)
        writes = [bool(a.alias_info is not None and a.alias_info.is_write) for a in schema.arguments]
        self.writes = dict(zip([a.name for a in schema.arguments], writes))
        self.order = [a.name for a in schema.arguments]
        self.unread = set()
        if self.name in _OVERWRITE and self.order:
            self.unread.add(self.order[0])
        self.unread.update(a.name for a in schema.arguments if getattr(a, "is_out", False))
        if any(writes) and not self.unread and (schema.overload_name == "out" or schema.overload_name.endswith("_out")):
            self.unread.update(name for name, write in self.writes.items() if write)
        returned = schema.returns
        self.view = (
            not any(writes)
            and bool(returned)
            and all(r.alias_info is not None and not r.alias_info.is_write for r in returned)
        )
        self.empty = self.name in _EMPTY
        self.scratch = _SCRATCH.get(self.name, ())
        tag = getattr(sys.modules["torch"], "Tag", None)
        seeded = getattr(tag, "nondeterministic_seeded", None)
        self.random = seeded is not None and seeded in getattr(function, "tags", ())


class _Recorder:
    def __init__(self, torch, window):
        from torch.multiprocessing.reductions import StorageWeakRef

        self.torch = torch
        self.window = window
        self.reference = StorageWeakRef
        self.plans = {}
        self.memories = {}
        self.sweep_at = _SWEEP
        self.forward_sites = {}
        self.busy = False
        self.next_number = getattr(getattr(torch._C, "_autograd", None), "_get_sequence_nr", None)
        self.current_node = getattr(torch._C, "_current_autograd_node", None)

    # Before the operation.

    @guarded
    def before(self, function, arguments, keywords):
        if self.busy or fingerprint._compiling(self.torch):
            return None
        self.busy = True
        try:
            return self._before(function, arguments, keywords)
        finally:
            self.busy = False

    def _before(self, function, arguments, keywords):
        plan = self.plans.get(function)
        if plan is None:
            plan = self.plans[function] = _Plan(function)
        site, phase = self._place()
        if phase == "forward" and self.next_number is not None and self.torch.is_grad_enabled():
            self.forward_sites[self.next_number() - 1] = site
        if plan.view or plan.name.startswith("profiler::"):
            return None
        read, written, others = [], [], []
        for place, name in enumerate(plan.order):
            if place < len(arguments):
                value = arguments[place]
            elif name in keywords:
                value = keywords[name]
            else:
                continue
            tensors = []
            if self._tensors(value, tensors):
                if plan.writes[name]:
                    written.extend(tensors)
                if name not in plan.unread:
                    read.extend(tensors)
            elif value is not None:
                others.append("%s=%s" % (name, self._text(value)))
        if any(self._opaque(tensor) for tensor in read) or any(self._opaque(tensor) for tensor in written):
            return None
        inputs, blank = ([], False) if plan.empty else self._inputs(read, site, phase)
        if others and not plan.empty:
            inputs.append(fingerprint.of_text(", ".join(others)))
        if plan.random:
            inputs.append(self._generator(arguments, keywords))
        return plan, site, phase, inputs, blank, written

    def _tensors(self, value, found):
        """Appends the tensors in an argument; whether there were any."""
        if isinstance(value, self.torch.Tensor):
            found.append(value)
        elif isinstance(value, (list, tuple)):
            for item in value:
                self._tensors(item, found)
        return bool(found)

    def _opaque(self, tensor):
        return fingerprint._opaque(self.torch, tensor) if type(tensor) is not self.torch.Tensor else tensor.device.type == "meta"

    def _text(self, value):
        if isinstance(value, float):
            return value.hex()
        if isinstance(value, (list, tuple)):
            return "[" + ", ".join(map(self._text, value)) + "]"
        if value is None or isinstance(value, (int, str, complex)) or type(value).__module__ == "torch":
            return "generator" if isinstance(value, self.torch.Generator) else str(value)
        return type(value).__name__

    def _generator(self, arguments, keywords):
        torch = self.torch
        generator = keywords.get("generator")
        if generator is None:
            generator = next((a for a in arguments if isinstance(a, torch.Generator)), None)
        if generator is None:
            first = next((a for a in arguments if isinstance(a, torch.Tensor)), None)
            device = torch.device(keywords.get("device") or (first.device if first is not None else "cpu"))
            if device.type == "cuda" and torch.cuda.is_initialized():
                index = device.index if device.index is not None else torch.cuda.current_device()
                generator = torch.cuda.default_generators[index]
            elif device.type == "cpu":
                generator = torch.default_generator
        if generator is None:
            return None
        with fingerprint._Aside(torch):
            state = generator.get_state()
        return fingerprint.each([state])[0]

    def _inputs(self, tensors, site, phase):
        """The fingerprints of what is read; tells first what came or changed without an operation."""
        wanted = []
        blank = False
        memories = [self._memory(tensor) for tensor in tensors]
        for tensor, memory in zip(tensors, memories):
            if memory is not None and memory.blank is not None and _touches(memory.blank, tensor):
                blank = True
        hidden = [memory is not None and memory.scratch for memory in memories]
        prints = iter(fingerprint.each([tensor for tensor, out in zip(tensors, hidden) if not out]))
        threads = self.torch.get_num_threads()
        for tensor, memory, out in zip(tensors, memories, hidden):
            print_ = None if out else next(prints)
            wanted.append(print_)
            if memory is None or out or print_ is None:
                continue
            key = _geometry(tensor)
            known = memory.seen.get(key)
            if known is not None and known[1] == memory.writes and known[0] != print_:
                stream.emit("mutation", n=progress.steps, i=self.window.i, what="input of shape %s" % (tuple(tensor.shape),))
                self.window.emit(_CHANGED, [known[0]], [print_], self._origin(tensor) or site, phase, threads)
            elif memory.writes == 0 and memory.blank is None and not memory.seen:
                name, where = self._maker(tensor)
                self.window.emit(name, [], [print_], where or site, phase, threads)
            memory.seen[key] = print_, memory.writes
        return wanted, blank

    def _maker(self, tensor):
        """The name and place of the Python function that gave a tensor to torch, as far as autograd knows it."""
        node = getattr(tensor, "grad_fn", None)
        kind = getattr(node, "_forward_cls", None)
        return (_OUTSIDE + ", " + kind.__name__ if kind is not None else _OUTSIDE), self._origin(tensor)

    def _origin(self, tensor):
        node = getattr(tensor, "grad_fn", None)
        kind = getattr(node, "_forward_cls", None)
        code = getattr(getattr(kind, "forward", None), "__code__", None)
        if code is None or not sites.users(os.path.abspath(code.co_filename)):
            return None
        return [sites.relative(code.co_filename), code.co_firstlineno, code.co_name]

    # After it.

    @guarded
    def after(self, noted, result):
        if self.busy:
            return
        self.busy = True
        try:
            self._after(noted, result)
        finally:
            self.busy = False

    def _after(self, noted, result):
        plan, site, phase, inputs, blank, written = noted
        given = []
        self._tensors(result, given)
        if any(self._opaque(tensor) for tensor in given):
            return
        threads = self.torch.get_num_threads()
        for tensor in written:
            memory = self._memory(tensor)
            if memory is not None:
                memory.writes += 1
                if memory.blank is not None:
                    memory.blank = _without(memory.blank, tensor)
        if plan.empty:
            for tensor in given:
                memory = self._memory(tensor)
                if memory is not None:
                    memory.blank = _all_of(tensor)
            self.window.emit(plan.text, [], [None] * len(given), site, phase, threads)
            return
        outputs = given + [tensor for tensor in written if not any(tensor is other for other in given)]
        scratch = [place for place in plan.scratch if place < len(given)] if len(given) > 1 or plan.scratch == (0,) else []
        for place in scratch:
            memory = self._memory(given[place])
            if memory is not None:
                memory.scratch = True
        readable = [tensor for place, tensor in enumerate(outputs) if place not in scratch]
        fresh = iter(fingerprint.each(readable))
        prints = []
        for place, tensor in enumerate(outputs):
            print_ = None if place in scratch else next(fresh)
            prints.append(print_)
            memory = self._memory(tensor)
            if memory is not None and print_ is not None:
                if not any(tensor is other for other in written) and memory.writes == 0 and not memory.seen:
                    memory.writes = 1
                memory.seen[_geometry(tensor)] = print_, memory.writes
        if not given and result is not None and not isinstance(result, (list, tuple)):
            prints.append(fingerprint.fingerprint(result))
        more = {"uninitialised": True} if blank else {}
        self.window.emit(plan.text, inputs, prints, site, phase, threads, **more)

    def _memory(self, tensor):
        """What is known of the storage behind a tensor; None for one without a storage of its own."""
        try:
            storage = tensor.untyped_storage() if hasattr(tensor, "untyped_storage") else tensor.storage()._storage
            key = storage._cdata
        except Exception:
            return None
        memory = self.memories.get(key)
        if memory is None:
            if len(self.memories) >= self.sweep_at:
                self.memories = {k: m for k, m in self.memories.items() if not m.reference.expired()}
                self.sweep_at = 2 * len(self.memories) + _SWEEP
            # The weak reference keeps the storage's identity from being given to another one.
            memory = self.memories[key] = _Memory(self.reference(storage))
        return memory

    # Where it is.

    def _place(self):
        """The line of the script, and whether this is the forward pass, the backward pass or an optimizer."""
        from lockstep_agent.taps import optimizer

        node = self.current_node() if self.current_node is not None else None
        frame = sys._getframe(1)
        engine = None
        while frame is not None:
            code = frame.f_code
            if code.co_name in _ENGINE and "torch" in code.co_filename and "autograd" in code.co_filename:
                engine = frame
                break
            frame = frame.f_back
        if engine is None and node is None:
            site, _ = sites.caller()
            return site, "optimizer" if optimizer._open and not self.torch.is_grad_enabled() else "forward"
        inside = self._inside(engine)
        if inside is not None:
            return inside, "backward"
        if node is not None:
            number = getattr(node, "_sequence_nr", None)
            site = self.forward_sites.get(number()) if number is not None else None
            if site is not None:
                return site, "backward"
        site, _ = sites.caller()
        return site, "backward"

    def _inside(self, engine):
        """The line of the script that the engine called back: a function's own backward, or a hook."""
        frame = sys._getframe(1)
        while frame is not None and frame is not engine:
            path = frame.f_code.co_filename
            if not path.startswith("<") and sites.users(os.path.abspath(path)):
                return [sites.relative(path), frame.f_lineno, frame.f_code.co_name]
            frame = frame.f_back
        return None


# ---- bytes ---------------------------------------------------------------------------------------------------------


def _geometry(tensor):
    try:
        return tensor.storage_offset(), tuple(tensor.shape), tensor.stride(), tensor.dtype
    except Exception:
        return None, tuple(tensor.shape), None, tensor.dtype


def _range(tensor):
    """The bytes from the first to the last element of a tensor within its storage, and whether all of them are its."""
    size = tensor.element_size()
    start = tensor.storage_offset() * size
    if tensor.numel() == 0:
        return start, start, True
    end = start + (1 + sum((n - 1) * s for n, s in zip(tensor.shape, tensor.stride()))) * size
    return start, end, end - start == tensor.numel() * size


def _all_of(tensor):
    start, end, _ = _range(tensor)
    return [(start, end)] if end > start else None


def _touches(blank, tensor):
    """Whether a tensor reads bytes that nobody has written: some of them, or all where it leaves gaps."""
    start, end, dense = _range(tensor)
    if dense:
        return any(low < end and start < high for low, high in blank)
    return end > start and any(low <= start and end <= high for low, high in blank)


def _without(blank, tensor):
    """What remains unwritten; a write with gaps counts as one of everything between."""
    start, end, _ = _range(tensor)
    left = []
    for low, high in blank:
        if low < min(high, start):
            left.append((low, min(high, start)))
        if max(low, end) < high:
            left.append((max(low, end), high))
    return left or None
