"""Constant entropy, different at each place and each time, for NumPy's generators made without a seed."""

from lockstep_agent import derive, entropies


def apply(parameters):
    """Answers for NumPy's generators in this process, whichever it is; workers of a loader differ by their lineage."""
    entropies.providers["numpy"].append(("numpy-generator", derive.at_places(parameters)))
