"""Full precision: TF32 off for products and convolutions, whatever the script sets afterwards."""

import functools

from lockstep_agent import acting, exits
from lockstep_agent.imports import when_imported
from lockstep_agent.pins import switches


def apply(parameters):
    """Holds the switches from the import of torch on."""
    when_imported("torch", _hold)


def _hold(torch):
    if torch.get_float32_matmul_precision() != "highest":
        torch.set_float32_matmul_precision("highest")
    original = torch.set_float32_matmul_precision

    @functools.wraps(original)
    def set_float32_matmul_precision(precision):
        if precision != "highest":
            acting.acted("precision", None, None, "torch.set_float32_matmul_precision")

    torch.set_float32_matmul_precision = set_float32_matmul_precision
    switches.hold(torch._C, "_set_cublas_allow_tf32", False)
    switches.hold_property(torch.backends.cudnn, "allow_tf32", False)
    switches.hold(torch._C, "_set_cudnn_allow_tf32", False)
    if hasattr(torch._C, "_set_fp32_precision_setter"):
        set_precision = torch._C._set_fp32_precision_setter
        for place in (("cuda", "matmul"), ("cuda", "conv"), ("cuda", "rnn")):
            try:
                set_precision(*place, "ieee")
            except (RuntimeError, TypeError):
                pass

    def note():
        if torch.cuda.is_initialized():
            acting.acted("precision", None, None, "TF32")

    exits.at_exit(note)
