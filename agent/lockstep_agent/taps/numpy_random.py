"""Sees NumPy's generators: seeds, generators made without one, and the first draws of the global one that nobody seeded.

The global generator becomes an instance of a subclass of `RandomState` over the same bit generator, for good, so that who
keeps it (scikit-learn and SciPy take `numpy.random.mtrand._rand`) shares it with the module's functions. While it is watched
its drawing methods report; then its class is another one whose drawing methods are NumPy's own again.
"""

import sys
import threading
import zlib

from lockstep_agent import entropies, seeds, stands, unseeded
from lockstep_agent.imports import when_imported

_NOT_DRAWS = ("seed", "get_state", "set_state", "poisson_lam_max")
_GENERATOR_MAKERS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")
_making = threading.local()


def install():
    """Taps `numpy.random` when it is imported."""
    when_imported("numpy.random", _tap)


def _tap(module):
    mtrand = module.mtrand
    if getattr(type(mtrand._rand), "__lockstep__", False):
        return
    watch = unseeded.watch("numpy")
    _Global(module, mtrand, watch).watch_draws()
    _tap_entropy(module)
    _tap_default_rng(module)
    _tap_random_state(module, mtrand)


class _Global:
    """The global generator with its two classes."""

    def __init__(self, module, mtrand, watch):
        self.modules = (mtrand, module)
        self.watch = watch
        self.plain = original = type(mtrand._rand)
        self.states = set()
        self.drawing = False
        held = mtrand._rand
        self.quiet = self._class(original, self._seeding(original))
        self.watched = self._class(self.quiet, {name: self._draw(original, name) for name in self._draws(original)})
        self.generator = self.quiet(held._bit_generator)
        self.names = []
        for name in dir(mtrand):
            function = getattr(mtrand, name)
            if getattr(function, "__self__", None) is held:
                self.names.append((name, function.__name__))
        mtrand._rand = self.generator
        self.bind()

    def _class(self, base, body):
        body.update({"__module__": self.plain.__module__, "__doc__": self.plain.__doc__, "__lockstep__": True})
        kind = type("RandomState", (base,), body)
        return kind

    def _draws(self, original):
        for name in dir(original):
            if not name.startswith("_") and name not in _NOT_DRAWS and callable(getattr(original, name)):
                yield name

    def _draw(self, original, name):
        base = getattr(original, name)
        watch = self.watch
        shown = "numpy.random." + name

        def draw(generator, *arguments, **keywords):
            if not watch.on or self.drawing:
                return base(generator, *arguments, **keywords)
            # Methods call each other; the outermost is what the script called.
            self.drawing = True
            try:
                value = base(generator, *arguments, **keywords)
            finally:
                self.drawing = False
            watch.drawn(shown)
            return value

        return _like(draw, base)

    def _seeding(self, original):
        watch, states = self.watch, self.states
        seed_base, get_base, set_base = original.seed, original.get_state, original.set_state

        def seed(generator, seed=None):
            if seed is None:
                seed = entropies.taken("numpy-shared", "numpy.seed", 32)
                if seed is None:
                    if watch.user_seeded:
                        watch.forget()
                        self.watch_draws()
                    with _quiet():
                        return seed_base(generator)
            else:
                seed = seeds.given("numpy", seed)
                watch.seed_given()
            return seed_base(generator, seed)

        def get_state(generator, *arguments, **keywords):
            state = get_base(generator, *arguments, **keywords)
            if not watch.user_seeded and len(states) < 64:
                states.add(_mark(state))
            return state

        def set_state(generator, state):
            value = set_base(generator, state)
            if _mark(state) not in states:
                watch.seed_given()
            elif watch.user_seeded:
                watch.restored()
                self.watch_draws()
            return value

        return {
            "seed": _like(seed, seed_base),
            "get_state": _like(get_state, get_base),
            "set_state": _like(set_state, set_base),
        }

    def bind(self):
        """Makes the functions of the modules those of the generator as it is now."""
        for name, method in self.names:
            function = getattr(self.generator, method)
            for module in self.modules:
                if hasattr(module, name):
                    setattr(module, name, function)

    def watch_draws(self):
        if self.watch.on or self.watch.user_seeded:
            return
        self._become(self.watched)

        def undo():
            self._become(self.quiet)

        self.watch.start(undo)

    def _become(self, kind):
        ours = {}
        for name, method in self.names:
            for module in self.modules:
                function = getattr(module, name, None)
                if getattr(function, "__self__", None) is self.generator:
                    ours[module, name] = function, method
        self.generator.__class__ = kind
        for (module, name), (function, method) in ours.items():
            new = getattr(self.generator, method)
            setattr(module, name, new)
            stands.withdrawn(function, new)


def _mark(state):
    """A number that tells states apart, or None."""
    try:
        if isinstance(state, dict):
            key = state["state"]["key"]
            rest = state["state"]["pos"]
        else:
            key, rest = state[1], state[2]
        return zlib.crc32(memoryview(key).cast("B")), int(rest)
    except Exception:
        return None


def _like(function, original):
    for name in ("__name__", "__qualname__", "__doc__"):
        held = getattr(original, name, None)
        if held is not None:
            setattr(function, name, held)
    function.__wrapped__ = original
    return function


class _quiet:
    """While a generator is being made, says why it takes entropy; None when it does so for nothing."""

    def __init__(self, source=None):
        self.source = source

    def __enter__(self):
        self.before = getattr(_making, "source", "?")
        _making.source = self.source

    def __exit__(self, *error):
        _making.source = self.before


def _tap_entropy(module):
    bits = module.bit_generator
    original = bits.randbits

    def randbits(k):
        source = getattr(_making, "source", "?")
        if source is None:
            with entropies.accounted():
                return original(k)
        if source == "?":
            source = _maker(sys._getframe(1))
        value = entropies.taken("numpy", source, k)
        if value is not None:
            return value
        with entropies.accounted():
            return original(k)

    bits.randbits = _like(randbits, original)


def _maker(frame):
    """What the caller's line makes: its code names either a seed sequence or a bit generator."""
    names = frame.f_code.co_names
    if "SeedSequence" in names and not any(name in names for name in _GENERATOR_MAKERS):
        return "numpy.SeedSequence"
    return "numpy.bit_generator"


def _tap_default_rng(module):
    original = module.default_rng

    def default_rng(seed=None):
        if seed is None:
            with _quiet("numpy.default_rng"):
                return original()
        if not isinstance(seed, _made):
            seed = seeds.given("numpy.Generator", seed)
        return original(seed)

    _made = tuple(
        kind
        for kind in (module.BitGenerator, module.SeedSequence, module.Generator, module.RandomState)
        if isinstance(kind, type)
    )
    default_rng = _like(default_rng, original)
    default_rng.__module__ = original.__module__
    module.default_rng = default_rng
    inner = sys.modules.get("numpy.random._generator")
    if inner is not None:
        inner.default_rng = default_rng


def _tap_random_state(module, mtrand):
    """`RandomState` becomes a subclass, which counts every `RandomState` as its instance and is pickled as the plain one."""
    original = mtrand.RandomState
    Legacy = (module.BitGenerator,)

    class Meta(type(original)):
        def __instancecheck__(cls, value):
            return isinstance(value, original) if cls is Tapped else type.__instancecheck__(cls, value)

        def __subclasscheck__(cls, kind):
            return issubclass(kind, original) if cls is Tapped else type.__subclasscheck__(cls, kind)

    def __init__(self, seed=None):
        if seed is None:
            with _quiet("numpy.RandomState"):
                original.__init__(self)
            return
        if not isinstance(seed, Legacy) and not hasattr(seed, "capsule"):
            seed = seeds.given("numpy.RandomState", seed)
        with _quiet():
            original.__init__(self, seed)

    def seed(self, seed=None):
        if seed is None:
            with _quiet("numpy.RandomState"):
                return original.seed(self)
        return original.seed(self, seeds.given("numpy.RandomState", seed))

    Tapped = Meta(
        "RandomState",
        (original,),
        {
            "__init__": _like(__init__, original.__init__),
            "seed": _like(seed, original.seed),
            "__module__": original.__module__,
            "__qualname__": original.__qualname__,
            "__doc__": original.__doc__,
        },
    )
    for owner in (mtrand, module):
        if getattr(owner, "RandomState", None) is original:
            owner.RandomState = Tapped
