"""cuDNN's deterministic algorithms, whatever the script sets afterwards."""

from lockstep_agent.pins import switches


def apply(parameters):
    """Holds the switch from the import of torch on."""
    switches.hold_cudnn("cudnn", "deterministic", True)
