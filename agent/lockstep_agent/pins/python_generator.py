"""A constant seed, different at each place and each time, for `random.Random()`."""

from lockstep_agent import derive, entropies


def apply(parameters):
    """Answers for Python's generators in this process, whichever it is; workers of a loader differ by their lineage."""
    entropies.providers["python"].append(("python-generator", derive.at_places(parameters)))
