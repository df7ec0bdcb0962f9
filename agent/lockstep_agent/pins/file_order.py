"""Listings of directories come sorted by name."""

from lockstep_agent.taps import listing


def apply(parameters):
    """Sorts what every listing gives, those below `os.walk` and `glob` too."""
    listing.order = lambda values, key: sorted(values, key=key)
    listing.pin = "file-order"
    listing.install()
