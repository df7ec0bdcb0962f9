"""At given places, a seed that depends on the run is replaced by a constant that differs each time."""

from lockstep_agent import derive, entropies, seeds
from lockstep_agent.imports import when_imported

_PIN = "run-dependent-seed"
_sites = set()


def apply(parameters):
    """`sites`: a list of `[file, line]` (what follows them is ignored); every seed given there becomes a constant."""
    for file, line, *rest in parameters.get("sites") or ():
        _sites.add((file, line))
    seeds.substitute = _substitute
    if _sites:
        for kind in ("python-shared", "numpy-shared", "torch-shared"):
            # A seed call without a seed depends on the run as much as one with the time in it.
            entropies.providers[kind].insert(0, (_PIN, derive.at_places(parameters)))
        when_imported("torch", _tap_generator)
        when_imported("numpy.random", _tap_sequence)


def _substitute(site):
    if site is None or (site[0], site[1]) not in _sites:
        return None
    return derive.integer(32, _PIN, derive.next_at(_PIN, site))


def _tap_generator(torch):
    """`torch.Generator` becomes a subclass whose `manual_seed` asks; every generator counts as its instance."""
    original = torch.Generator

    class Meta(type(original)):
        def __instancecheck__(cls, value):
            return isinstance(value, original)

        def __subclasscheck__(cls, kind):
            return issubclass(kind, original)

    def manual_seed(self, seed):
        original.manual_seed(self, seeds.given("torch.Generator", seed))
        return self

    torch.Generator = Meta(
        "Generator", (original,), {"manual_seed": manual_seed, "__module__": original.__module__, "__doc__": original.__doc__}
    )


def _tap_sequence(module):
    """`SeedSequence` and the bit generators ask for their seed at the given places; instances are NumPy's own."""
    for name in ("SeedSequence", "MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"):
        original = getattr(module, name, None)
        if original is not None:
            setattr(module, name, _asking(original))


def _asking(original):
    class Meta(type(original)):
        def __call__(cls, *arguments, **keywords):
            value = arguments[0] if arguments else keywords.get("entropy", keywords.get("seed"))
            if value is not None and not hasattr(value, "generate_state"):
                other = seeds.given("numpy." + original.__name__, value)
                if other is not value:
                    arguments = (other,) + arguments[1:]
                    keywords = {k: v for k, v in keywords.items() if k not in ("entropy", "seed")}
            return original(*arguments, **keywords)

        def __instancecheck__(cls, value):
            return isinstance(value, original)

        def __subclasscheck__(cls, kind):
            return issubclass(kind, original)

    return Meta(original.__name__, (original,), {"__module__": original.__module__, "__doc__": original.__doc__})
