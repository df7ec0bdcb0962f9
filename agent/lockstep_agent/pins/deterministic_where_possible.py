"""Deterministic algorithms where torch has them, a warning where it has none; a stricter setting of the user's stays."""

from lockstep_agent.pins import deterministic


def apply(parameters):
    """Sets the mode when torch is imported, and keeps it on."""
    deterministic.hold("deterministic-where-possible", warns=True)
