"""Sees the script set an environment variable that matters from inside, and notes which ones its own code asks for."""

import os
import sys

from lockstep_agent import origins
from lockstep_agent.guard import guarded, replace
from lockstep_agent.sites import caller
from lockstep_agent.stream import emit

MOST = 64
NAMES = frozenset(
    (
        "PYTHONHASHSEED",
        "CUBLAS_WORKSPACE_CONFIG",
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "MKL_CBWR",
        "CUDA_VISIBLE_DEVICES",
        "CUDA_LAUNCH_BLOCKING",
        "NVIDIA_TF32_OVERRIDE",
        "NCCL_ALGO",
        "NCCL_PROTO",
        "TF_DETERMINISTIC_OPS",
        "TF_CUDNN_DETERMINISTIC",
        "TORCHINDUCTOR_CACHE_DIR",
        "PL_GLOBAL_SEED",
        "PYTORCH_CUDA_ALLOC_CONF",
        "ATEN_CPU_CAPABILITY",
        "DNNL_DEFAULT_FPMATH_MODE",
    )
)
_emitted = []

_PASSING = ("os", "_collections_abc", "collections.abc")
_MOST_OF_A_LINE = 8
_MOST_TRIES = 20
_tries = {}
_asked = {}


def install():
    """Taps assignments to `os.environ`, `os.putenv` included, and look-ups in it."""
    replace(type(os.environ), "__setitem__", _setting)
    replace(type(os.environ), "__getitem__", _getting)


def asked():
    """The names that the script's own lines asked for; a line that went through many wanted none of them."""
    return sorted(name for names in _asked.values() if len(names) <= _MOST_OF_A_LINE for name in names)


def _getting(original):
    def __getitem__(self, key):
        if _tries.get(key, 0) < _MOST_TRIES and self is os.environ and type(key) is str:
            _ask(key)
        return original(self, key)

    return __getitem__


@guarded
def _ask(key):
    # Others may ask for it before the script does, and often: each is looked at a few times.
    _tries[key] = _tries.get(key, 0) + 1
    frame = origins.asking(sys._getframe(2), _PASSING)
    if frame is not None and origins.of(frame) == origins.USER:
        _tries[key] = _MOST_TRIES
        _asked.setdefault((frame.f_code.co_filename, frame.f_lineno), set()).add(key)


def _setting(original):
    def __setitem__(self, key, value):
        original(self, key, value)
        if key in NAMES and self is os.environ:
            _note(key, value)

    return __setitem__


@guarded
def _note(key, value):
    if not origins.from_outside(sys._getframe(1), ("os", "_collections_abc", "collections.abc")):
        return
    site, via = caller()
    if site is not None and len(_emitted) < MOST:
        _emitted.append(key)
        emit("variable", name=key, value=str(value), site=site)
