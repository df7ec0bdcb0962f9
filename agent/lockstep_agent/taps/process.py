"""Sees the process itself: its role, the processes it starts, and how it ends."""


def install():
    """Nothing yet."""
