"""cuDNN's deterministic algorithms, chosen without timing, whatever the script sets afterwards."""

from lockstep_agent import acting, exits
from lockstep_agent.imports import when_imported
from lockstep_agent.pins import switches


def apply(parameters):
    """Holds both switches from the import of torch on."""
    when_imported("torch", _hold)


def _hold(torch):
    module = torch.backends.cudnn
    for name, value in (("deterministic", True), ("benchmark", False)):
        setter = "_set_cudnn_" + name
        switches.hold_property(module, name, value)
        switches.hold(torch._C, setter, value)

    def note():
        if torch.cuda.is_initialized():
            acting.acted("cudnn", None, None, "torch.backends.cudnn")

    exits.at_exit(note)
