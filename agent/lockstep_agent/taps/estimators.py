"""Sees what scikit-learn's estimators are given and what they learn, as operations of a traced run.

Their work does not pass through torch, so without this a result that varies with the threads would show only where
torch meets it.
"""

import functools
import sys
import threading

from lockstep_agent import fingerprint, sites
from lockstep_agent.guard import guarded
from lockstep_agent.imports import when_imported

_METHODS = ("fit", "partial_fit", "fit_transform", "fit_predict", "transform", "predict", "predict_proba", "score")
_own = threading.local()


def install(window):
    """Wraps the methods of each estimator class when it is made."""
    when_imported("sklearn.base", lambda module: _tap(module.BaseEstimator, window))


def _tap(base, window):
    before = base.__dict__.get("__init_subclass__")

    def __init_subclass__(cls, **keywords):
        if before is not None:
            before.__get__(None, cls)(**keywords)
        else:
            super(base, cls).__init_subclass__(**keywords)
        _wrap_all(cls, window)

    base.__init_subclass__ = classmethod(__init_subclass__)
    for known in _below(base):
        _wrap_all(known, window)


def _below(kind):
    found = []
    for sub in kind.__subclasses__():
        found.append(sub)
        found.extend(_below(sub))
    return found


@guarded
def _wrap_all(kind, window):
    for name in _METHODS:
        method = vars(kind).get(name)
        if callable(method) and hasattr(method, "__code__") and not hasattr(method, "_lockstep"):
            setattr(kind, name, _wrap(method, name, window))


def _wrap(method, name, window):
    @functools.wraps(method)
    def called(self, *arguments, **keywords):
        if getattr(_own, "inside", False) or not window.open():
            return method(self, *arguments, **keywords)
        _own.inside = True
        try:
            inputs = _inputs(self, arguments, keywords)
            result = method(self, *arguments, **keywords)
            _tell(window, self, name, inputs, result)
            return result
        finally:
            _own.inside = False

    called._lockstep = True
    return called


@guarded
def _inputs(estimator, arguments, keywords):
    found = [fingerprint.content(list(arguments))[0], fingerprint.content(dict(keywords))[0]]
    found.append(fingerprint.of_text(repr(sorted((k, _text(v)) for k, v in estimator.get_params(deep=False).items()))))
    numpy = sys.modules.get("numpy")
    if numpy is not None and getattr(estimator, "random_state", 0) is None:
        # What it draws comes from NumPy's global generator then.
        found.append(fingerprint.content(list(numpy.random.get_state()))[0])
    return found


def _text(value):
    return repr(value) if value is None or isinstance(value, (bool, int, float, str, tuple)) else type(value).__name__


@guarded
def _tell(window, estimator, name, inputs, result):
    outputs = []
    if result is not estimator:
        outputs.append(fingerprint.content(result)[0])
    learned = {k: v for k, v in sorted(vars(estimator).items()) if k.endswith("_") and not k.startswith("_")}
    outputs.extend(fingerprint.content(value)[0] for value in learned.values())
    torch = sys.modules.get("torch")
    site, _ = sites.caller()
    kind = type(estimator)
    threads = torch.get_num_threads() if torch is not None and hasattr(torch, "get_num_threads") else None
    operation = "%s.%s.%s" % (kind.__module__, kind.__qualname__, name)
    window.emit(operation, inputs or [], outputs, site, "forward", threads)
