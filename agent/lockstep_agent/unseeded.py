"""Watches the generators that a process shares, as long as nobody seeded them, and says where they are drawn from.

A watch is switched off by the first seed, after so many places or calls, or when code is about to be compiled; the taps
then put back what they replaced. What the taps cannot see is found by comparing the generator's state.
"""

import sys

from lockstep_agent import acting, feeds, generators, lineage, origins, sites, stands
from lockstep_agent.guard import guarded, problem
from lockstep_agent.sites import caller
from lockstep_agent.stream import emit

MOST_PLACES = 32
MOST_CALLS = 10000


class Watch:
    """What is known of one shared generator (`python`, `numpy`, `torch`, `torch.cuda`)."""

    def __init__(self, name):
        self.name = name
        self.on = False
        self.user_seeded = False
        self.pin = None
        self.first_pin = None
        self.initial = None
        self.silent = False
        self.busy = False
        self._places = set()
        self._calls = 0
        self._ordinal = 0
        self._undo = []
        self._rest = None

    def start(self, undo):
        """Begins to watch; `undo()` puts back what was replaced for it."""
        self._undo.append(undo)
        self.on = True
        self.silent = False
        self._remember()

    def stop(self):
        """Ends watching calls and puts back what was replaced; the state is compared from here on."""
        self.on = False
        undo, self._undo = self._undo, []
        for action in reversed(undo):
            guarded(action)()
        stands.exchange(sites.users)
        if not self.user_seeded and len(self._places) < MOST_PLACES:
            self._remember()

    def seed_given(self):
        """The user or a library seeded this generator."""
        if not self.user_seeded:
            self.user_seeded = True
            self.pin = None
            generators.mark_seeded(self.name)
        if self.on:
            self.stop()
        self._rest = None

    def forget(self):
        """The generator has a random state again: a forked child's `random`, or a seed call without a seed."""
        generators.unmark_seeded(self.name)
        self.user_seeded = False
        self._places.clear()
        self._calls = 0
        self._rest = None

    def restored(self):
        """The generator has a state again that it had before its first seed, as behind a block that seeds for itself."""
        self.forget()
        if self.first_pin:
            self.pinned(self.first_pin)
        self._remember()

    def pinned(self, pin):
        """A pin seeded this generator in the user's stead: draws go on being reported, and the pin acts with the first."""
        self.pin = self.first_pin = pin
        generators.mark_seeded(self.name)

    def drawn(self, function, of_module=None, fed=None):
        """Called by a tap after a draw; reports it when its place is new. Nothing it raises gets out."""
        if self.user_seeded or self.busy:
            return
        self.busy = True
        try:
            self._drawn(function, of_module, fed)
        except Exception as error:
            problem("unseeded.drawn: %s: %s" % (type(error).__name__, error))
        finally:
            self.busy = False

    def _drawn(self, function, of_module, fed):
        self._rest = None
        self._calls += 1
        if self._calls > MOST_CALLS:
            self.stop()
            return
        frame = origins.asking(sys._getframe(1), ("random",))
        origin = origins.of(frame) if frame is not None else None
        if self.name == "python" and origin in (origins.STANDARD, origins.INFRASTRUCTURE):
            # Names of files and ports, pauses between tries.
            return
        if origin == origins.USER:
            # The usual case, decided without a walk over the stack.
            quick = (frame.f_code, frame.f_lineno)
            if quick in self._places:
                return
            self._places.add(quick)
        site, via = caller()
        if via and via.partition(".")[0] == "random":
            via = None
        place = (tuple(site) if site else None, via)
        if place in self._places:
            return
        self._places.add(place)
        if via in sys.modules:
            # A package's own doing while it is imported.
            fed = "import"
        if of_module is not None:
            function = of_module(origins.asking(sys._getframe(1))) or function
        self._report(function, site, via, fed or feeds.of(sys._getframe(1), function))
        if self._ordinal >= MOST_PLACES:
            self.stop()

    def _report(self, function, site, via, fed):
        emit(
            "draw",
            generator=self.name,
            function=function,
            site=site,
            via=via,
            feeds=fed,
            ordinal=self._ordinal,
            during=feeds.during(sys._getframe(1), fed),
        )
        self._ordinal += 1
        if self.pin:
            acting.acted(self.pin, site, via, function)

    @guarded
    def _remember(self):
        self._rest = generators.state_of(self.name)

    def _seeded_silently(self):
        """Whether the generator's own method seeded it, which no tap sees."""
        if self.initial is not None and sys.modules["torch"].default_generator.initial_seed() != self.initial:
            self.seed_given()
            return True
        return False

    def compare(self):
        """At a boundary between steps: reports a draw that no tap saw, once, by the generator's state."""
        if self.user_seeded or self.silent or self._rest is None:
            return
        if generators.state_of(self.name) != self._rest and not self._seeded_silently():
            self.silent = True
            self._rest = None
            if self._ordinal < MOST_PLACES:
                site, via = caller(1)
                self._report(None, site, None, None)


WATCHES = {name: Watch(name) for name in ("python", "numpy", "torch", "torch.cuda")}


def watch(name):
    """The watch over the generator of this name."""
    return WATCHES[name]


_quieted = []
_compiled = False


def before_compilation(action):
    """Calls `action()` once, before the first code of this process is compiled."""
    _quieted.append(guarded(action))


def compiled():
    """Whether code was compiled, so that nothing of torch's may be replaced any more."""
    return _compiled


@guarded
def quiet():
    """Puts back whatever was replaced to see draws: code is about to be compiled, which must find what it knows."""
    global _compiled
    _compiled = True
    for each in WATCHES.values():
        if each.on:
            each.stop()
    while _quieted:
        _quieted.pop()()
    stands.exchange()


_boundaries = 0


@guarded
def boundary():
    """Called between steps: compares the states of generators that are not seeded and no longer watched call by call."""
    global _boundaries
    _boundaries += 1
    if _boundaries <= 16 or _boundaries % 64 == 0:
        for each in WATCHES.values():
            each.compare()


def _in_child():
    WATCHES["python"].forget()


lineage.after_fork(_in_child)
