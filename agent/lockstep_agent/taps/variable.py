"""Sees the script set an environment variable that matters from inside, where it often comes too late."""

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


def install():
    """Taps assignments to `os.environ`, `os.putenv` included."""
    replace(type(os.environ), "__setitem__", _setting)


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
