"""The operating system's entropy from a seeded stream, for the user's code and what it calls."""

from lockstep_agent import derive, entropies


def apply(parameters):
    """Answers for `os.urandom`, and so for `secrets`, `uuid4` and `SystemRandom`."""
    entropies.providers["system"].append(("entropy", derive.at_places(parameters)))
