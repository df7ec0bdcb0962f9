"""Sees torch's generators: seeds, and the first draws of the default ones that nobody seeded, with what they feed.

The drawing functions are replaced only while the default generator is unseeded and watched; TorchScript finds the
originals, and the first compilation puts them back for good. Draws inside C++ (a recurrent layer's dropout, fused attention)
show in the generator's state, which is compared between steps.
"""

import ctypes
import functools
import gc

from lockstep_agent import entropies, guard, seeds, stands, unseeded
from lockstep_agent.guard import guarded
from lockstep_agent.imports import before_import, when_imported

_FUNCTIONS = (
    "rand",
    "randn",
    "randint",
    "randperm",
    "rand_like",
    "randn_like",
    "randint_like",
    "normal",
    "bernoulli",
    "multinomial",
    "poisson",
    "binomial",
    "rrelu",
    "rrelu_",
)
#: How often draws are watched again behind a block that seeds for itself.
_MOST_TIMES = 16
_DROPOUTS = (
    "dropout",
    "dropout_",
    "alpha_dropout",
    "alpha_dropout_",
    "feature_dropout",
    "feature_dropout_",
    "feature_alpha_dropout",
    "feature_alpha_dropout_",
)
_METHODS = (
    "uniform_",
    "normal_",
    "random_",
    "bernoulli_",
    "bernoulli",
    "exponential_",
    "geometric_",
    "cauchy_",
    "log_normal_",
    "multinomial",
)


def install():
    """Taps torch when it is imported."""
    when_imported("torch", _tap)


def _tap(torch):
    if hasattr(torch.manual_seed, "__lockstep__"):
        return
    draws = _Draws(torch)
    _tap_seeds(torch, draws)
    draws.watch()
    _tap_cuda_seeds(torch)
    _tap_generators(torch)


class _Draws:
    """Puts the watching functions in the place of torch's, and takes them out again."""

    def __init__(self, torch):
        self.torch = torch
        self.cpu = unseeded.watch("torch")
        self.cuda = unseeded.watch("torch.cuda")
        self.first = torch.default_generator.initial_seed()
        self.undo = []
        self.suspended_now = 0
        self.times = 0

    def watch(self):
        self.put()
        self.cpu.initial = self.first
        self.cpu.start(self.take_out)
        self.cuda.start(lambda: None)
        self.compilers()

    def put(self):
        torch = self.torch
        undo = self.undo
        for name in _FUNCTIONS:
            undo.append(stands.put(torch, name, functools.partial(self.function, "torch." + name), "torch"))
        for name in _DROPOUTS:
            for owner in (torch, torch._VF):
                wrap = functools.partial(self.dropout, "torch.nn.functional." + name)
                undo.append(stands.put(owner, name, wrap, "torch"))
        for name in ("rrelu", "rrelu_"):
            undo.append(stands.put(torch._VF, name, functools.partial(self.dropout, "torch.nn.functional." + name), "torch"))
        for name in _METHODS:
            undo.append(self.method(name))
        splits = getattr(torch.utils.data, "dataset", None)
        if splits is not None and hasattr(splits, "randperm"):
            undo.append(stands.put(splits, "randperm", functools.partial(self.function, "torch.randperm"), "torch"))

    def method(self, name):
        tensor = self.torch.Tensor
        original = getattr(tensor, name)
        if name in vars(tensor):
            return None
        wrapper = self.function("torch.Tensor." + name, original)
        functools.update_wrapper(wrapper, original)
        setattr(tensor, name, wrapper)

        def undo():
            if vars(tensor).get(name) is wrapper:
                delattr(tensor, name)

        return undo

    def function(self, shown, original):
        def draw(*arguments, **keywords):
            value = original(*arguments, **keywords)
            if self.cpu.on or self.cuda.on:
                self.drawn(shown, value, keywords.get("generator"))
            return value

        return draw

    def dropout(self, shown, original):
        def drop(*arguments, **keywords):
            value = original(*arguments, **keywords)
            if self.cpu.on or self.cuda.on:
                if _training(arguments, keywords):
                    self.drawn(shown, value, None)
            return value

        return drop

    def drawn(self, shown, value, generator):
        try:
            if generator is not None and generator is not self.torch.default_generator:
                return
            device = getattr(getattr(value, "device", None), "type", None)
            if device == "cuda":
                if self.cuda.on:
                    self.cuda.drawn(shown)
            elif device == "cpu" and self.cpu.on:
                if self.torch.default_generator.initial_seed() != self.first:
                    self.cpu.seed_given()
                else:
                    self.cpu.drawn(shown)
        except Exception as error:
            guard.problem("torch_random.drawn: %s: %s" % (type(error).__name__, error))

    @guarded
    def again(self):
        """Watches on behind a seed that held for a block alone; not for ever, as it takes a while each time."""
        if self.times < _MOST_TIMES and not (self.cpu.on or self.suspended_now or unseeded.compiled()):
            self.times += 1
            self.put()
            self.cpu.start(self.take_out)

    @guarded
    def take_out(self):
        while self.undo:
            undo = self.undo.pop()
            if undo is not None:
                guarded(undo)()

    def suspended(self, original):
        """The function, which finds torch's own functions in their places while it runs."""

        @functools.wraps(original)
        def with_originals(*arguments, **keywords):
            # It looks names up in its caller's frame, which is one further away.
            if len(arguments) < 3:
                keywords["_frames_up"] = keywords.get("_frames_up", 0) + 1
            self.suspend()
            try:
                return original(*arguments, **keywords)
            finally:
                self.resume()

        return with_originals

    @guarded
    def suspend(self):
        """Puts torch's own functions back for a while."""
        self.suspended_now += 1
        if self.cpu.on and self.suspended_now == 1:
            self.take_out()

    @guarded
    def resume(self):
        """Watches on, if there is still something to watch."""
        if self.suspended_now:
            self.suspended_now -= 1
            if self.cpu.on and not self.suspended_now:
                self.put()

    def compilers(self):
        """TorchScript finds the originals while it compiles; Dynamo compiles later, so from its first use on they are back."""
        torch = self.torch
        for owner, name in ((torch.jit, "script"),):
            self.once(owner, name, self.suspended)
        if hasattr(torch, "compile"):
            self.once(torch, "compile", self.quieting)
        # It keeps tables of torch's functions, some of them from its import on.
        before_import("torch._dynamo", self.suspend)
        when_imported("torch._dynamo", lambda module: self.resume())
        when_imported("torch._dynamo", lambda module: self.dynamo(module, ("optimize", "export", "explain")))
        when_imported("torch.export", lambda module: self.dynamo(module, ("export",)))

    @guarded
    def dynamo(self, module, names):
        for name in names:
            if callable(getattr(module, name, None)):
                self.once(module, name, self.quieting)

    def once(self, owner, name, wrap):
        original = getattr(owner, name, None)
        if original is None:
            return
        wrapper = wrap(original)
        setattr(owner, name, wrapper)

        def undo():
            if getattr(owner, name, None) is wrapper:
                setattr(owner, name, original)

        unseeded.before_compilation(undo)

    def quieting(self, original):
        @functools.wraps(original)
        def compile(*arguments, **keywords):
            unseeded.quiet()
            return original(*arguments, **keywords)

        return compile


def _training(arguments, keywords):
    """Whether a functional dropout's arguments `(input, p, training)` say that it draws."""
    share = arguments[1] if len(arguments) > 1 else keywords.get("p")
    training = keywords.get("training", keywords.get("train"))
    if training is None:
        training = next((value for value in arguments[1:] if isinstance(value, bool)), None)
    return bool(training) and share != 0.0


def _tap_seeds(torch, draws):
    watch = unseeded.watch("torch")
    own = torch.random

    def manual(original):
        def manual_seed(seed):
            value = seeds.given("torch", seed)
            with _Nested():
                generator = original(value)
            watch.seed_given()
            unseeded.watch("torch.cuda").seed_given()
            return generator

        return manual_seed

    def fresh(original):
        def seed():
            constant = entropies.taken("torch-shared", "torch.seed", 63)
            if constant is None:
                with _Nested():
                    return original()
            with _Nested():
                torch.random.manual_seed.__wrapped__(constant)
            return constant

        return seed

    def restoring(original):
        def set_rng_state(new_state):
            result = original(new_state)
            if torch.default_generator.initial_seed() != watch.initial:
                watch.seed_given()
            elif watch.user_seeded:
                watch.restored()
                draws.again()
            return result

        return set_rng_state

    for name, wrap in (("manual_seed", manual), ("seed", fresh), ("set_rng_state", restoring)):
        original = getattr(own, name)
        wrapper = functools.wraps(original)(wrap(original))
        wrapper.__lockstep__ = True
        # Compilers leave a call of it to Python, as they do with the original.
        wrapper._torchdynamo_disable = True
        for owner in (torch, own):
            if getattr(owner, name, None) is original:
                setattr(owner, name, wrapper)


@guarded
def _tap_generators(torch):
    """`seed()` of a `torch.Generator` takes the system's entropy; its class is built in and lets no method be replaced openly."""
    kind = torch.Generator
    methods = next((each for each in gc.get_referents(vars(kind)) if type(each) is dict and "seed" in each), None)
    if methods is None:
        return
    original = methods["seed"]

    @functools.wraps(original)
    def seed(self):
        constant = None if _Nested.depth else entropies.taken("system", "torch.Generator", 63)
        if constant is None:
            return original(self)
        self.manual_seed(constant)
        return constant

    methods["seed"] = seed
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))


class _Nested:
    """While torch seeds its other generators on behalf of one call."""

    depth = 0

    def __enter__(self):
        _Nested.depth += 1

    def __exit__(self, *error):
        _Nested.depth -= 1


def _tap_cuda_seeds(torch):
    cuda = torch.cuda
    watch = unseeded.watch("torch.cuda")

    def manual(original):
        def manual_seed(seed):
            if not _Nested.depth:
                seed = seeds.given("torch.cuda", seed)
            original(seed)
            watch.seed_given()

        return manual_seed

    def fresh(original, fixed):
        def seed():
            constant = None if _Nested.depth else entropies.taken("torch-shared", "torch.seed", 63)
            if constant is None:
                with _Nested():
                    return original()
            # What a pin gives in its stead, to one device or to all of them.
            return fixed(constant)

        return seed

    def stand_in(name):
        set_seed = getattr(cuda.random, name)
        fixed = getattr(set_seed, "__wrapped__", set_seed)
        return lambda original: fresh(original, fixed)

    for name, wrap in (
        ("seed", stand_in("manual_seed")),
        ("seed_all", stand_in("manual_seed_all")),
        ("manual_seed", manual),
        ("manual_seed_all", manual),
    ):
        original = getattr(cuda.random, name)
        wrapper = functools.wraps(original)(wrap(original))
        wrapper._torchdynamo_disable = True
        for owner in (cuda, cuda.random):
            if getattr(owner, name, None) is original:
                setattr(owner, name, wrapper)
