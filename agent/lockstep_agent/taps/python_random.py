"""Sees Python's `random`: seeds, generators made without one, and the first draws of the shared generator that nobody seeded.

The shared generator stays the object it is. While it is watched its class is a subclass whose two primitives, from which
every other method draws, report; then it is `random.Random` again.
"""

import os
import sys

from lockstep_agent import entropies, seeds, stands, unseeded
from lockstep_agent.imports import when_imported

_PRIMITIVES = ("random", "getrandbits")


def install():
    """Taps `random` when it is imported."""
    when_imported("random", _tap)


def _outermost(frame):
    """The function of `random` that the draw's caller called."""
    name = None
    while frame is not None:
        module = frame.f_globals.get("__name__")
        if module == "random":
            name = frame.f_code.co_name
        elif module != __name__:
            break
        frame = frame.f_back
    return "random." + name if name else None


def _tap(random):
    watch = unseeded.watch("python")
    inst = random._inst
    Random = random.Random
    if hasattr(Random.seed, "__wrapped__"):
        return
    _tap_seeds(random, inst, Random, watch)
    _watch_draws(random, inst, Random, watch)
    if hasattr(os, "register_at_fork"):
        # After the handler of `random` itself, which gives the shared generator of a forked child a random state.
        os.register_at_fork(after_in_child=lambda: _watch_draws(random, inst, Random, watch))


def _tap_seeds(random, inst, Random, watch):
    original = Random.seed

    def seed(self, a=None, *arguments, **keywords):
        shared = self is inst
        if a is None and shared:
            a = entropies.taken("python-shared", "random.seed", 128, passing=("random",))
            if a is None and watch.user_seeded:
                watch.forget()
                _watch_draws(random, inst, Random, watch)
        elif a is None:
            a = entropies.taken("python", "random.Random", 128, passing=("random",))
        else:
            a = seeds.given("python" if shared else "python.Random", a)
            if shared:
                watch.seed_given()
        return original(self, a, *arguments, **keywords)

    _like(seed, original)
    Random.seed = seed
    if getattr(random.seed, "__self__", None) is inst:
        random.seed = inst.seed
    states = set()
    get, put = Random.getstate, Random.setstate

    def getstate(self):
        state = get(self)
        if self is inst and not watch.user_seeded and len(states) < 64:
            states.add(hash(state))
        return state

    def setstate(self, state):
        put(self, state)
        if self is not inst:
            return
        if not _known(state):
            watch.seed_given()
        elif watch.user_seeded:
            watch.restored()
            _watch_draws(random, inst, Random, watch)

    def _known(state):
        try:
            return hash(state) in states
        except TypeError:
            return False

    Random.getstate = _like(getstate, get)
    Random.setstate = _like(setstate, put)
    for name in ("getstate", "setstate"):
        if getattr(getattr(random, name), "__self__", None) is inst:
            setattr(random, name, getattr(inst, name))


def _like(function, original):
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        held = getattr(original, name, None)
        if held is not None:
            setattr(function, name, held)
    function.__wrapped__ = original
    return function


def _watch_draws(random, inst, Random, watch):
    if watch.on or watch.user_seeded or type(inst) is not Random:
        return
    base_random, base_bits = Random.random, Random.getrandbits

    def draw_random(self):
        value = base_random(self)
        if watch.on:
            watch.drawn("random.random", _outermost)
        return value

    def draw_bits(self, k):
        value = base_bits(self, k)
        if watch.on:
            watch.drawn("random.getrandbits", _outermost)
        return value

    def reduce(self):
        return Random, (), self.getstate()

    watched = type(
        "Random",
        (Random,),
        {
            "random": _like(draw_random, base_random),
            "getrandbits": _like(draw_bits, base_bits),
            "__reduce__": reduce,
            "__module__": "random",
            "__doc__": Random.__doc__,
        },
    )
    before = {name: getattr(random, name) for name in _PRIMITIVES}
    before = {name: held for name, held in before.items() if getattr(held, "__self__", None) is inst}
    inst.__class__ = watched
    ours = {name: getattr(inst, name) for name in before}
    for name in ours:
        setattr(random, name, ours[name])

    def undo():
        inst.__class__ = Random
        for name, held in before.items():
            if getattr(random, name, None) == ours[name]:
                setattr(random, name, held)
            stands.withdrawn(ours[name], held)

    watch.start(undo)
