"""Sees which torch was imported, how it was built, and its switches as they are then."""

import os

from lockstep_agent import stream
from lockstep_agent.imports import when_imported


def install():
    """Tells about torch after its import."""
    when_imported("torch", _imported)


def _imported(torch):
    cuda = torch.version.cuda
    stream.emit(
        "torch",
        version=str(torch.__version__),
        threads=torch.get_num_threads(),
        interop=torch.get_num_interop_threads(),
        cuda=_devices() if cuda or torch.version.hip else 0,
        cuda_version=cuda,
        cudnn_version=_value(lambda: torch.backends.cudnn.version()) if cuda else None,
        flags=values(torch),
    )


def _devices():
    """The number of devices, without asking the driver: that would make a later fork impossible."""
    try:
        return len(os.listdir("/proc/driver/nvidia/gpus"))
    except OSError:
        return 0


_FLAGS = (
    ("use_deterministic_algorithms", lambda torch: torch.are_deterministic_algorithms_enabled()),
    ("warn_only", lambda torch: torch.is_deterministic_algorithms_warn_only_enabled()),
    ("fill_uninitialized_memory", lambda torch: torch.utils.deterministic.fill_uninitialized_memory),
    ("torch.backends.cudnn.enabled", lambda torch: torch._C._get_cudnn_enabled()),
    ("torch.backends.cudnn.deterministic", lambda torch: torch._C._get_cudnn_deterministic()),
    ("torch.backends.cudnn.benchmark", lambda torch: torch._C._get_cudnn_benchmark()),
    ("torch.backends.cudnn.allow_tf32", lambda torch: torch._C._get_cudnn_allow_tf32()),
    ("torch.backends.cuda.matmul.allow_tf32", lambda torch: torch._C._get_cublas_allow_tf32()),
    ("float32_matmul_precision", lambda torch: torch.get_float32_matmul_precision()),
    ("default_dtype", lambda torch: str(torch.get_default_dtype())),
    ("threads", lambda torch: torch.get_num_threads()),
    ("cpu_capability", lambda torch: torch._C._get_cpu_capability()),
)


def values(torch):
    """A map from each switch's name to its value; null where this torch has none or cannot say."""
    return {name: _value(lambda: read(torch)) for name, read in _FLAGS}


def _value(read):
    try:
        value = read()
    except Exception:
        return None
    return value if isinstance(value, (bool, int, str)) or value is None else str(value)
