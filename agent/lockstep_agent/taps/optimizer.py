"""Sees optimizers and their steps: losses, gradients as the step finds them, parameters as it leaves them.

How often the parameters are fingerprinted depends on the number of the step alone, never on a clock, so that both
runs of a pair say the same things. Everything is read between the script's own operations, nothing inside compiled code.
"""

import os
import sys
import time
import weakref

from lockstep_agent import exits, fingerprint, generators, losses, models, sites, stream, unseeded
from lockstep_agent.guard import guarded, replace
from lockstep_agent.imports import when_imported
from lockstep_agent.pid import getpid
from lockstep_agent.progress import detailed, progress, with_gradients, with_parameters
from lockstep_agent.settings import settings
from lockstep_agent.taps import flag

_PARKED = 30.0
_MOST_SEARCHES = 16
_optimizers = {}
_open = []
_last = {}
_scaling = []


class _Known:
    """What is kept of one optimizer; neither it nor its parameters are kept alive."""

    def __init__(self, optimizer, ordinal):
        self.ordinal = ordinal
        self.kind = type(optimizer).__qualname__
        self.pid = getpid()
        self.parameters = []
        self.names = []
        self.final = None
        self.told = None


def install():
    """Taps `torch.optim`, `backward` and the gradient scalers."""
    when_imported("torch.optim.optimizer", _tap)
    when_imported("torch", losses.tap)
    when_imported("torch.cuda.amp.grad_scaler", _tap_scaler)
    when_imported("torch.amp.grad_scaler", _tap_scaler)
    exits.at_exit(_finals, at_limit=True)


def _tap(module):
    if hasattr(module, "register_optimizer_step_pre_hook"):
        module.register_optimizer_step_pre_hook(_before)
        module.register_optimizer_step_post_hook(_after)
        replace(module.Optimizer, "__init__", _making)
    else:
        replace(module.Optimizer, "__init__", _making_without_hooks)


def _making(original):
    def __init__(self, *arguments, **keywords):
        original(self, *arguments, **keywords)
        _made(self)

    return __init__


def _making_without_hooks(original):
    """Before torch 2.0 no hook sees every optimizer, so each class's `step` is wrapped when its first object is made."""

    def __init__(self, *arguments, **keywords):
        original(self, *arguments, **keywords)
        _wrap(type(self))
        _made(self)

    return __init__


@guarded
def _wrap(kind):
    if getattr(kind.step, "lockstep", False):
        return

    def stepping(original):
        def step(self, *arguments, **keywords):
            _before(self, (self,) + arguments, keywords)
            result = original(self, *arguments, **keywords)
            _after(self, (self,) + arguments, keywords)
            return result

        return step

    replace(kind, "step", stepping)
    kind.step.lockstep = True


def _parameters(optimizer):
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


@guarded
def _made(optimizer):
    known = _known(optimizer)
    if known is None:
        return
    parameters = _parameters(optimizer)
    site, _ = sites.caller()
    known.names = _names(parameters)
    known.parameters = [weakref.ref(parameter) for parameter in parameters]
    prints = fingerprint.each(parameters)
    # First of all what the weights were drawn from: at a difference between them the run ends.
    unseeded.boundary()
    stream.emit(
        "optimizer",
        optimizer=known.ordinal,
        **{"class": known.kind},
        parameters=len(parameters),
        names=known.names,
        shapes=[list(parameter.shape) for parameter in parameters],
        dtypes=[str(parameter.dtype).replace("torch.", "") for parameter in parameters],
        defaults={key: _plain(value) for key, value in optimizer.defaults.items()},
        content=fingerprint.root(prints),
        leaves=[[name, print_] for name, print_ in zip(known.names, prints)],
        site=site,
    )


def _plain(value):
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    number = _number(value)
    return "<%s>" % type(value).__qualname__ if number is None else number


def _number(value):
    try:
        return float(value)
    except Exception:
        return None


def _names(parameters):
    named = [None] * len(parameters)
    if progress.optimizers <= _MOST_SEARCHES:
        named = models.names(parameters)
    return [name if name is not None else "parameter %d" % i for i, name in enumerate(named)]


def _known(optimizer):
    key = id(optimizer)
    entry = _optimizers.get(key)
    if entry is not None and entry[0]() is optimizer:
        return entry[1]
    known = _Known(optimizer, progress.optimizers)
    progress.optimizers += 1

    def gone(reference):
        entry = _optimizers.get(key)
        if entry is not None and entry[0] is reference:
            del _optimizers[key]
        _keep_final(known)

    _optimizers[key] = (weakref.ref(optimizer, gone), known)
    return known


def _compiling():
    torch = sys.modules["torch"]
    compiler = getattr(torch, "compiler", None)
    if compiler is not None and hasattr(compiler, "is_compiling") and compiler.is_compiling():
        return True
    cuda = torch.cuda
    return cuda.is_initialized() and hasattr(cuda, "is_current_stream_capturing") and cuda.is_current_stream_capturing()


def _closure(arguments, keywords):
    return (arguments[1] if len(arguments) > 1 else keywords.get("closure")) is not None


class _Step:
    def __init__(self, optimizer, known, site):
        self.optimizer = weakref.ref(optimizer)
        self.known = known
        self.site = site
        self.gradients = None
        self.prints = None


@guarded
def _before(optimizer, arguments, keywords):
    if _open and any(step.optimizer() is optimizer for step in _open):
        if _nested(optimizer):
            # A subclass whose `step` calls that of its base: one step.
            _open.append(_Step(optimizer, None, None))
            return
        # The last step of this optimizer raised an exception, and nobody told us that it ended.
        del _open[:]
    known = _known(optimizer)
    site, _ = sites.caller()
    step = _Step(optimizer, known, site)
    if not _closure(arguments, keywords) and not _compiling():
        step.gradients = _gradients(optimizer)
    _open.append(step)


def _nested(optimizer):
    frame = sys._getframe(2)
    depth = 0
    while frame is not None:
        if frame.f_code.co_name in ("wrapper", "step") and "/lockstep_agent/" not in frame.f_code.co_filename:
            values = frame.f_locals
            first = values.get("self")
            if first is None and values.get("args"):
                first = values["args"][0]
            if first is optimizer and frame.f_code.co_name == "wrapper":
                depth += 1
        elif frame.f_code.co_name == "step" and frame.f_locals.get("self") is optimizer:
            depth += 1
        frame = frame.f_back
    return depth > 1


def _gradients(optimizer):
    """The fingerprints of the gradients and of the losses that led to them, taken in one go; None for one that has none."""
    grads = [parameter.grad for parameter in _parameters(optimizer)] if with_gradients(progress.steps) else []
    present = [grad for grad in grads if grad is not None]
    pending = losses.pending()
    prints = fingerprint.each(present + pending)
    loss = losses.taken(prints[len(present):])
    fresh = iter(prints)
    return [None if grad is None else next(fresh) for grad in grads], loss


@guarded
def _after(optimizer, arguments, keywords):
    if not _open:
        return
    step = _open.pop()
    if step.known is None or step.optimizer() is not optimizer or _compiling():
        return
    gradients = step.gradients if step.gradients is not None else _gradients(optimizer)
    _record(optimizer, step.known, gradients, step.site, _skipped(optimizer))


def _skipped(optimizer):
    found = getattr(optimizer, "found_inf", None)
    return found is not None and float(found) > 0


def _record(optimizer, known, gradients, site, skipped):
    n = progress.steps
    progress.steps += 1
    if n == 0:
        flag.read()
    prints, (loss, value) = gradients
    keep = detailed(n)
    after = None
    if with_parameters(n) and not skipped:
        parameters = _parameters(optimizer)
        after = fingerprint.each(parameters)
        known.parameters = [weakref.ref(parameter) for parameter in parameters]
    scale = _scaling[-1].get_scale() if _scaling else None
    rates = [rate for rate in (_number(group.get("lr")) for group in optimizer.param_groups) if rate is not None]
    event = {
        "loss": loss,
        "value": value,
        "gradients": fingerprint.root(prints) if any(print_ is not None for print_ in prints) else None,
        "parameters": None if after is None else fingerprint.root(after),
        "generators": (generators.fingerprints() if with_gradients(n) else None) or None,
        "lr": rates[0] if len(rates) == 1 else rates,
        "scale": scale,
        # The same line as a rule: said at intervals and when it is another one.
        "site": site if keep or known.told != (getpid(), site) else None,
        "skipped": skipped or None,
    }
    unseeded.boundary()
    stream.emit("step", n=n, optimizer=known.ordinal, **_present(event))
    known.told = (getpid(), site)
    if keep:
        stream.emit("leaves", n=n, optimizer=known.ordinal, gradients=prints, parameters=after)
    progress.stepped()
    if settings.stop_after_steps is not None and progress.steps >= settings.stop_after_steps:
        _park()


def _present(event):
    """Without what is null: a key that is not there says the same in no bytes."""
    return {key: value for key, value in event.items() if value is not None}


def _park():
    """The step limit: says so, then waits to be ended, so long that nobody takes the silence for work."""
    exits.run_at_limit()
    stream.emit("limit", steps=progress.steps)
    until = time.monotonic() + _PARKED
    while time.monotonic() < until:
        time.sleep(0.05)
    os._exit(0)


def _tap_scaler(module):
    kind = getattr(module, "GradScaler", None)
    if kind is None or "step" not in vars(kind):
        return

    def stepping(original):
        def step(self, optimizer, *arguments, **keywords):
            before = progress.steps
            _scaling.append(self)
            try:
                result = original(self, optimizer, *arguments, **keywords)
                _scaled(self, optimizer, before)
                return result
            finally:
                _scaling.pop()

        return step

    replace(kind, "step", stepping)


@guarded
def _scaled(scaler, optimizer, before):
    """The scaler found an infinite gradient and left the step out: the script counts it all the same, and so do we."""
    if progress.steps == before and scaler.is_enabled():
        site, _ = sites.caller()
        _record(optimizer, _known(optimizer), _gradients(optimizer), site, True)


def _keep_final(known):
    """Fingerprints an optimizer's parameters when it goes: its function returned, and nobody else may hold them."""
    if known.pid == getpid() and not exits.over():
        known.final = _final(known)
        _last[known.ordinal] = known


@guarded
def _final(known):
    parameters = [reference() for reference in known.parameters]
    if not parameters or any(parameter is None for parameter in parameters):
        return None
    return fingerprint.each(parameters)


def _finals():
    if progress.steps == 0:
        return
    for reference, known in list(_optimizers.values()):
        if reference() is not None and known.ordinal not in _last:
            known.final = _final(known)
            _last[known.ordinal] = known
    for ordinal in sorted(_last):
        known = _last[ordinal]
        if known.final is not None:
            stream.emit(
                "state",
                name="optimizer %d" % ordinal,
                **{"class": known.kind},
                content=fingerprint.root(known.final),
                leaves=[[name, print_] for name, print_ in zip(known.names, known.final)],
                training=None,
            )


def places():
    """For each parameter that lives, by its identity: the ordinal of its first optimizer, and its place there."""
    found = {}
    for reference, known in list(_optimizers.values()):
        if reference() is not None:
            for place, parameter in enumerate(known.parameters):
                parameter = parameter()
                if parameter is not None:
                    where = (known.ordinal, place)
                    found[id(parameter)] = min(where, found.get(id(parameter), where))
    return found
