"""cuDNN's algorithms chosen without timing, whatever the script sets afterwards."""

from lockstep_agent.pins import switches


def apply(parameters):
    """Holds the switch from the import of torch on."""
    switches.hold_cudnn("cudnn-benchmark", "benchmark", False)
