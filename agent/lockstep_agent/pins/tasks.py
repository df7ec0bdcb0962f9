"""Seeds the shared generators for each task of a pool of processes: which process takes which task is a race."""

import functools
import itertools
import sys
import threading

from lockstep_agent import acting, derive, identity
from lockstep_agent.guard import guarded
from lockstep_agent.imports import when_imported
from lockstep_agent.pins import numpy, python, torch

PIN = "process-seed"


def seed_each():
    """Wraps what hands tasks to a process, in each kind of pool, when it is imported."""
    when_imported("multiprocessing.pool", functools.partial(_tap_worker, "worker", lambda task: task[:2]))
    when_imported("concurrent.futures.process", functools.partial(_tap_worker, "_process_worker", lambda item: item.work_id))
    when_imported("joblib.parallel", _tap_joblib)


class _Tasks:
    """A queue of tasks that seeds the shared generators before it hands one out."""

    def __init__(self, queue, number):
        self._queue = queue
        self._number = number
        _await_imports()

    def __getattr__(self, name):
        return getattr(self._queue, name)

    def get(self, *arguments, **keywords):
        self._see()
        task = self._queue.get(*arguments, **keywords)
        if task is not None:
            self._seed(task)
        return task

    @guarded
    def _seed(self, task):
        _seed(self._number(task))

    @guarded
    def _see(self):
        _see()


#: From a module to how its shared generator is seeded, and to what shows whether it was drawn from.
_GENERATORS = {
    "random": (python.put, lambda module: module.getstate()),
    "numpy.random": (numpy.put, lambda module: repr(module.get_state(legacy=False))),
    "torch": (torch.put, lambda module: module.default_generator.get_state().tolist()),
}


class _Task:
    """The task at hand, and the states that its generators had before it."""

    number = None
    before = {}
    awaiting = False


def _seed(number):
    """Seeds the shared generators for a task of this number."""
    _Task.number = number
    _Task.before = {}
    for name in _GENERATORS:
        if name in sys.modules:
            _seed_one(name, sys.modules[name])


def _seed_one(name, module):
    put, state = _GENERATORS[name]
    put(module, derive.anywhere(32, PIN, name, repr(_Task.number)))
    _Task.before[name] = state(module)


def _await_imports():
    """Seeds also what a task imports: NumPy imports its `random` where it is first used.

    To be called when every pin is applied: the action that is given last decides.
    """
    if _Task.awaiting:
        return
    _Task.awaiting = True
    for name in _GENERATORS:
        if name not in sys.modules:
            when_imported(name, functools.partial(_imported, name))


def _imported(name, module):
    if _Task.number is not None:
        _seed_one(name, module)


def _see():
    """Says that the pin acted if the task drew."""
    before, _Task.before, _Task.number = _Task.before, {}, None
    if any(_GENERATORS[name][1](sys.modules[name]) != state for name, state in before.items()):
        acting.acted(PIN, None, None, "task")


class _Numbered:
    """A call that joblib sends to a process: how many go together depends on how long they take, its number does not."""

    def __init__(self, function, number):
        self.function = function
        self.number = number

    def __getattr__(self, name):
        if name.startswith("__") or name == "function":
            raise AttributeError(name)
        return getattr(self.function, name)

    def __call__(self, *arguments, **keywords):
        if not identity.serves_a_pool() or threading.current_thread() is not threading.main_thread():
            return self.function(*arguments, **keywords)
        _await_imports()
        guarded(_seed)(self.number)
        result = self.function(*arguments, **keywords)
        guarded(_see)()
        return result


def _tap_joblib(module):
    batch = module.BatchedCalls
    original = batch.__init__

    @functools.wraps(original)
    def __init__(self, iterator_slice, *arguments, **keywords):
        original(self, iterator_slice, *arguments, **keywords)
        if not identity.serves_a_pool():
            self.items = [(_Numbered(call[0], next(_numbers)),) + tuple(call[1:]) for call in self.items]

    batch.__init__ = __init__


_numbers = itertools.count()


def _tap_worker(name, number, module):
    original = getattr(module, name, None)
    if original is None:
        return

    @functools.wraps(original)
    def worker(queue, *arguments, **keywords):
        # The threads of a pool of threads share their generators with everybody else.
        own = threading.current_thread() is threading.main_thread()
        return original(_Tasks(queue, number) if own else queue, *arguments, **keywords)

    setattr(module, name, worker)
